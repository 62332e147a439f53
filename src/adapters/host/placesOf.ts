import { readlinkSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, parse, resolve, sep } from 'node:path';

/** Names in a folder whose change counts; `all`: each. */
export type Names = ReadonlySet<string> | 'all';

/** The kernel follows as many links. */
const MOST_LINKS = 40;

/**
 * Folders, and the names in them, whose change may change what the paths lead to: of each link on the way the place where the link lies, and
 * that of the file in the end. Of a path that is a folder, everything in it. What is not there is looked for in the folder that would hold it.
 */
export function placesOf(paths: readonly string[]): ReadonlyMap<string, Names> {
  const places = new Map<string, Set<string> | 'all'>();
  const add = (folder: string, name: string): void => {
    const names = places.get(folder);
    if (names === undefined) places.set(folder, new Set([name]));
    else if (names !== 'all') names.add(name);
  };
  for (const path of paths) {
    const end = follow(resolve(path), add);
    add(dirname(end), basename(end));
    if (isFolder(end)) places.set(end, 'all');
  }
  return places;
}

/** The path without links. @param onLink is told where each link lies */
function follow(path: string, onLink: (folder: string, name: string) => void): string {
  let { root: at } = parse(path);
  const left = levelsOf(path);
  for (let links = 0; left.length > 0 && links <= MOST_LINKS; ) {
    const level = left.shift() as string;
    const target = linkAt(join(at, level));
    if (target === undefined) {
      at = join(at, level);
      continue;
    }
    links++;
    onLink(at, level);
    if (isAbsolute(target)) at = parse(target).root;
    left.unshift(...levelsOf(target));
  }
  return at;
}

function levelsOf(path: string): string[] {
  return path.slice(parse(path).root.length).split(sep).filter(Boolean);
}

/** undefined: there is no link. */
function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
