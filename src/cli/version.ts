import { readFileSync } from 'node:fs';

/** The version of the installed package, from the manifest nearest above: in the bundle this module lies less deep than in the sources. */
export function readVersion(): string {
  for (let folder = new URL('.', import.meta.url); ; folder = new URL('..', folder)) {
    const text = readIfThere(new URL('package.json', folder));
    if (text !== undefined) return (JSON.parse(text) as { version: string }).version;
  }
}

function readIfThere(file: URL): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!isMissing || file.pathname === '/package.json') throw error;
    return undefined;
  }
}
