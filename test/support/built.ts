import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The program as it is installed: one bundle and what it loads when it is used. */
export const MAIN: string = fresh('dist/main.js');

/** A thread of the program as it is installed, by the name of its file: it starts in half the time of its modules. */
export function installedThread(name: 'learnerThread' | 'storeThread'): URL {
  return new URL(`${name}.js`, pathToFileURL(MAIN));
}

/** A module of the build by its place in `src/`, for a thread or a process of a test: there the sources themselves cannot run. */
export function builtModule(path: `${string}.js`): URL {
  return new URL(`../../build/${path}`, import.meta.url);
}

/** @throws Error where a source is newer: the test would be of an earlier program */
function fresh(file: string): string {
  const path = join(ROOT, file);
  const built = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  const newer = sources.find(
    (name) => /\.(ts|css|html|svg)$/.test(name) && statSync(join(ROOT, 'src', name)).mtimeMs > built,
  );
  if (newer !== undefined) throw new Error(`${file} is missing or older than src/${newer}: npm run build`);
  return path;
}
