import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Mutant } from './mutants.ts';
import type { simulate } from './simulate.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const START = join(ROOT, 'test/simulation/simulate.ts');
const COPIES = join(ROOT, '.cache/mutants');
const RELATIVE_IMPORT = /(?:from|import) '(\.[^']+)'/g;

/** The simulation and all that it needs of src/ and test/: absolute path → text. */
function readSources(): Map<string, string> {
  const texts = new Map<string, string>();
  const open = [START];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (texts.has(file)) continue;
    const text = readFileSync(file, 'utf8');
    texts.set(file, text);
    for (const [, target] of text.matchAll(RELATIVE_IMPORT)) open.push(join(dirname(file), target as string));
  }
  return texts;
}

/**
 * Loads a copy of the simulation in which a mutant lives.
 * @throws Error where the mutant's text does not occur exactly once: the code has changed, and the mutant has to follow
 */
export async function loadMutant({ name, file, text, becomes }: Mutant, number: number): Promise<typeof simulate> {
  const sources = readSources();
  const target = join(ROOT, 'src', file);
  const parts = sources.get(target)?.split(text) ?? [];
  if (parts.length !== 2) throw new Error(`"${name}": its text occurs ${parts.length - 1} times in ${file}`);
  sources.set(target, parts.join(becomes));
  const folder = join(COPIES, String(number));
  rmSync(folder, { recursive: true, force: true });
  for (const [source, content] of sources) {
    const copy = join(folder, relative(ROOT, source));
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(copy, content);
  }
  const copied = pathToFileURL(join(folder, relative(ROOT, START))).href;
  const module = (await import(/* @vite-ignore */ copied)) as { simulate: typeof simulate };
  return module.simulate;
}
