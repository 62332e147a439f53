import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Places of the built site, from this module: in the bundle, in the build for tests, and in the sources. */
const PLACES = ['./site/', '../../../dist/site/'];
const INDEX = 'index.html';

/** Files of the site by the path at which they are served. */
export type SiteFiles = ReadonlyMap<string, SiteFile>;

export interface SiteFile {
  readonly path: string;
  readonly type: string;
  /** The same file compressed with gzip stands beside it. */
  readonly hasGzip: boolean;
  /** The name changes with the content. */
  readonly isHashed: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  json: 'application/json; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
};

/** @param folder default: the one that the build made; none of it: there is no page, and the API alone is served */
export function listSite(folder: string | undefined = builtFolder()): SiteFiles {
  const files = new Map<string, SiteFile>();
  if (folder === undefined) return files;
  const names = new Set(readdirSync(folder));
  for (const name of names) {
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)];
    if (type === undefined) continue;
    const isHashed = /\.[\w-]{6,}\.\w+$/.test(name);
    files.set(`/${name}`, { path: join(folder, name), type, hasGzip: names.has(`${name}.gz`), isHashed });
  }
  const index = files.get(`/${INDEX}`);
  if (index !== undefined) files.set('/', index);
  return files;
}

function builtFolder(): string | undefined {
  return PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((folder) =>
    existsSync(join(folder, INDEX)),
  );
}
