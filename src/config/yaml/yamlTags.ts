import { resolve } from 'node:path';
import type { ScalarTag } from 'yaml';

/** The sources that the tags of a file may reach. */
export interface TagSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here: the folder of the configuration file. */
  readonly directory: string;
  /** Text of a file; absent where no file may be read. Throws what node:fs throws. */
  readonly readFile?: ((path: string) => string) | undefined;
}

export interface YamlTags {
  readonly tags: ScalarTag[];
  /** Messages of our own, which quote nothing secret. */
  readonly invalid: ReadonlySet<string>;
  readonly unreadable: ReadonlySet<string>;
}

/** `!env NAME [default]` and `!file path`. What fails becomes undefined and a message of the document. */
export function createYamlTags(sources: TagSources): YamlTags {
  const invalid = new Set<string>();
  const unreadable = new Set<string>();
  const tag = (name: string, read: (text: string) => string, own: (error: unknown) => string): ScalarTag => ({
    tag: name,
    resolve(text, onError) {
      try {
        return read(text.trim());
      } catch (error) {
        onError(own(error));
        return undefined;
      }
    },
  });
  const note = (set: Set<string>) => (error: unknown) => {
    const message = (error as Error).message;
    set.add(message);
    return message;
  };
  return {
    tags: [
      tag('!env', (text) => readEnv(text, sources.env), note(invalid)),
      tag('!file', (text) => readSecretFile(text, sources), note(unreadable)),
    ],
    invalid,
    unreadable,
  };
}

function readEnv(text: string, env: TagSources['env']): string {
  const match = /^([A-Za-z_]\w*)(?:\s+([\s\S]+))?$/.exec(text);
  if (match === null) throw new Error('expected !env NAME or !env NAME default');
  const [, name, fallback] = match as unknown as [string, string, string | undefined];
  const value = env[name];
  // An empty variable is how env files and service managers write "not set".
  if (value !== undefined && value !== '') return value;
  // The name is not said: it may be a secret that stands behind the wrong tag.
  if (fallback === undefined) throw new Error('the environment variable after !env is not set');
  return fallback;
}

/** The last newline is the editor's, not the secret's. */
function readSecretFile(path: string, sources: TagSources): string {
  if (path === '') throw new Error('expected !file path');
  if (sources.readFile === undefined) throw new Error('!file cannot be used here');
  try {
    return trimLastNewline(sources.readFile(resolve(sources.directory, path)));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    // What names no file may be a secret that stands behind the wrong tag.
    const isThere = code !== 'ENOENT' && code !== 'ENAMETOOLONG' && code !== 'ENOTDIR';
    throw new Error(
      isThere ? `cannot read the file ${path} (${code})` : `there is no file of the name after !file (${code})`,
    );
  }
}

export function trimLastNewline(text: string): string {
  return text.replace(/\r?\n$/, '');
}
