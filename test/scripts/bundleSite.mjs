// Makes what the browser loads: the page's programs, its style sheet and its picture, each with a hash in its name and compressed beside.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const SOURCE = 'src/outlets/page/site';
const HASH_LENGTH = 10;

/** Style sheets of `styles/` in their order: later rules win, so those for narrow windows come last. */
const STYLES = [
  'tokens',
  'elements',
  'words',
  'frame',
  'overview',
  'stream',
  'system',
  'configuration',
  'memory',
  'memoryCell',
  'uplot',
  'narrow',
];

/** @param folder that it writes into @returns paths of the modules that it took in */
export async function bundleSite(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const main = await program('main.ts', 'esm');
  // It runs before the first paint, so it is no module: those wait.
  const theme = await program('theme.ts', 'iife');
  const assets = { 'main.js': main.code, 'theme.js': theme.code, 'page.css': styles(), 'icon.svg': source('icon.svg') };
  let page = source('index.html');
  for (const [name, text] of Object.entries(assets)) {
    const hashed = write(folder, name, text);
    if (!page.includes(`"${name}"`)) throw new Error(`index.html does not name ${name}`);
    page = page.replaceAll(`"${name}"`, `"${hashed}"`);
  }
  compressed(folder, 'index.html', page);
  return [...main.modules, ...theme.modules];
}

async function program(file, format) {
  const bundle = await rolldown({
    input: join(SOURCE, file),
    platform: 'browser',
    tsconfig: join(SOURCE, 'tsconfig.json'),
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  const { output } = await bundle.generate({ format, minify: true });
  await bundle.close();
  const [chunk, ...others] = output;
  if (others.length > 0) throw new Error(`${file} became more than one file`);
  return { code: chunk.code, modules: chunk.moduleIds };
}

/** All style sheets as one, without comments and line breaks. */
function styles() {
  const unnamed = readdirSync(join(SOURCE, 'styles')).find((name) => !STYLES.includes(name.replace(/\.css$/, '')));
  if (unnamed !== undefined) throw new Error(`styles/${unnamed} has no place in the order of style sheets`);
  const text = STYLES.map((name) => source(`styles/${name}.css`)).join('\n');
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\s+/g, ' ');
}

function source(name) {
  return readFileSync(join(SOURCE, name), 'utf8');
}

/** @returns the name with the hash */
function write(folder, name, text) {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
  const hashed = basename(name).replace(/(\.[a-z]+)$/, `.${hash}$1`);
  compressed(folder, hashed, text);
  return hashed;
}

function compressed(folder, name, text) {
  writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, `${name}.gz`), gzipSync(text, { level: 9 }));
}
