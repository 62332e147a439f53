import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { builtModule } from './built.ts';

const CACHE = fileURLToPath(new URL('../../.cache/', import.meta.url));

/** A place in the built program that can be made to throw. */
export interface Place {
  /** Below build/. */
  readonly file: string;
  /** Occurs once in the file; the throw stands behind it. */
  readonly text: string;
}

/** The built program, of which one place throws once. */
export interface SabotagedProgram {
  readonly main: string;
  /** Environment of a process in which the place throws at the call with this number, on the main thread alone. */
  envOf(place: Place, call: number): Readonly<Record<string, string>>;
  dispose(): void;
}

/**
 * One bundle for all places: a process of it starts in a third of the time of the modules.
 * @throws Error where the text of a place does not occur exactly once
 */
export async function sabotageProgram(places: readonly Place[]): Promise<SabotagedProgram> {
  const texts = new Map<string, Set<string>>();
  for (const { file, text } of places) texts.set(file, (texts.get(file) ?? new Set()).add(text));
  const entries = {
    main: 'main',
    learnerThread: 'hosts/learnerThread',
    storeThread: 'adapters/store/thread/storeThread',
  };
  const fileOf = (path: string): string => fileURLToPath(builtModule(`${path}.js`));
  const root = fileOf('main').slice(0, -'main.js'.length);
  const left = new Set(texts.keys());
  const bundle = await rolldown({
    input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, fileOf(path)])),
    platform: 'node',
    external: ['node-sqlite3-wasm'],
    plugins: [
      {
        name: 'sabotage',
        transform(code, id) {
          const file = id.startsWith(root) ? id.slice(root.length) : '';
          left.delete(file);
          return file === 'main.js' ? code.replace('\n', COUNTER) : sabotage(code, file, texts.get(file) ?? []);
        },
      },
    ],
  });
  // Below the project, so that packages are found.
  mkdirSync(CACHE, { recursive: true });
  const dir = mkdtempSync(join(CACHE, 'sabotaged-'));
  const dispose = (): void => rmSync(dir, { recursive: true, force: true });
  try {
    await bundle.write({ dir, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name].js' });
    if (left.size > 0) throw new Error(`no part of the program: ${[...left].join(', ')}`);
  } catch (error) {
    dispose();
    throw error;
  } finally {
    await bundle.close();
  }
  const envOf = (place: Place, call: number) => ({ TIDEGATE_INJECT: JSON.stringify([keyOf(place), call]) });
  return { main: join(dir, 'main.js'), envOf, dispose };
}

/** Stands behind the first line of the program, before it calls anything. Learner and store threads do not have it. */
const COUNTER = `
var [injectedPlace, injectedCall] = JSON.parse(process.env.TIDEGATE_INJECT ?? '[]');
var injectedCalls = 0;
globalThis.isInjected = (place) => place === injectedPlace && ++injectedCalls === injectedCall;
`;

function sabotage(code: string, file: string, texts: Iterable<string>): string {
  let sabotaged = code;
  for (const text of texts) {
    const parts = sabotaged.split(text);
    if (parts.length !== 2) throw new Error(`"${text}" occurs ${parts.length - 1} times in ${file}`);
    const key = JSON.stringify(keyOf({ file, text }));
    sabotaged = parts.join(`${text} if (globalThis.isInjected?.(${key})) throw new Error('injected');`);
  }
  return sabotaged;
}

function keyOf({ file, text }: Place): string {
  return `${file} ${text}`;
}
