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

/** How often its text occurs in its file; it has to be once: else the code has changed, and the mutant has to follow. */
export function occurrencesOf({ file, text }: Mutant): number {
  return readFileSync(join(ROOT, 'src', file), 'utf8').split(text).length - 1;
}

/**
 * Loads a copy of the simulation in which a mutant lives.
 * @throws Error where its text does not occur exactly once, or not in a file that the simulation uses
 */
export async function loadMutant(mutant: Mutant, number: number): Promise<typeof simulate> {
  const { name, file, text, becomes } = mutant;
  const sources = readSources();
  const target = join(ROOT, 'src', file);
  const parts = sources.get(target)?.split(text) ?? [];
  if (parts.length !== 2) throw new Error(`"${name}": its text occurs ${occurrencesOf(mutant)} times in ${file}`);
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
