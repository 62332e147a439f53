import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Mutant } from './mutant.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COPIES = join(ROOT, '.cache/mutants');
const RELATIVE_IMPORT = /(?<=(?:from|import) ')\.[^']+(?=')/g;

const importsOf = (file: string, text: string): readonly string[] =>
  [...text.matchAll(RELATIVE_IMPORT)].map(([target]) => join(dirname(file), target));

/** A simulation and all that it needs of src/ and test/: absolute path → text. */
function readSources(start: string): Map<string, string> {
  const texts = new Map<string, string>();
  const open = [start];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (texts.has(file)) continue;
    const text = readFileSync(file, 'utf8');
    texts.set(file, text);
    open.push(...importsOf(file, text));
  }
  return texts;
}

/** A file and all that import it, directly or not: what has to be copied for a change of it. */
function dependentsOf(target: string, sources: ReadonlyMap<string, string>): Set<string> {
  const importers = new Map<string, string[]>();
  for (const [file, text] of sources)
    for (const imported of importsOf(file, text)) importers.set(imported, [...(importers.get(imported) ?? []), file]);
  const found = new Set([target]);
  for (const file of found) for (const importer of importers.get(file) ?? []) found.add(importer);
  return found;
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
  const copyOf = (source: string): string => join(folder, relative(ROOT, source));
  rmSync(folder, { recursive: true, force: true });
  const copied = dependentsOf(target, sources);
  for (const source of copied) {
    const copy = copyOf(source);
    // What does not import the change, directly or not, is one for all mutants: it is compiled once.
    const content = sources.get(source)?.replaceAll(RELATIVE_IMPORT, (imported) => {
      const file = join(dirname(source), imported);
      return copied.has(file) ? imported : relative(dirname(copy), file);
    });
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(copy, content as string);
  }
  const module = (await import(/* @vite-ignore */ pathToFileURL(copyOf(start)).href)) as {
    readonly simulate: Simulate;
  };
  return module.simulate;
}
