import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Mutant } from './mutant.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COPIES = join(ROOT, '.cache/mutants');
const RELATIVE_IMPORT = /(?:from|import) '(\.[^']+)'/g;

/** A simulation and all that it needs of src/ and test/: absolute path → text. */
function readSources(start: string): Map<string, string> {
  const texts = new Map<string, string>();
  const open = [start];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (texts.has(file)) continue;
    const text = readFileSync(file, 'utf8');
    texts.set(file, text);
    for (const [, target] of text.matchAll(RELATIVE_IMPORT)) open.push(join(dirname(file), target as string));
  }
  return texts;
}

/** Number of times that its text occurs in its file; it has to be one: else the code has changed, and the mutant has to follow. */
export function occurrencesOf({ file, text }: Mutant): number {
  return readFileSync(join(ROOT, 'src', file), 'utf8').split(text).length - 1;
}

/** A simulation: what should not have been in the history of a seed. */
type Simulate = (seed: number) => Promise<{ readonly faults: readonly string[] }>;

/**
 * Loads a copy of the simulation that has to notice a mutant, in which it lives.
 * @throws Error where its text does not occur exactly once, or not in a file that the simulation uses
 */
export async function loadMutant(mutant: Mutant, number: number): Promise<Simulate> {
  const { name, file, text, becomes, simulation = 'simulate' } = mutant;
  const start = join(ROOT, 'test/simulation', `${simulation}.ts`);
  const sources = readSources(start);
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
  const copied = pathToFileURL(join(folder, relative(ROOT, start))).href;
  const module = (await import(/* @vite-ignore */ copied)) as { readonly simulate: Simulate };
  return module.simulate;
}
