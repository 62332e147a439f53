// Makes the program that is installed: dist/, from the sources and the packages that they use. `npm run build` runs it.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { bundleSite } from './bundleSite.mjs';

const FOLDER = 'dist';

/** What a process or a thread is started with; the threads' entries are found beside `main.js`. */
const ENTRIES = {
  main: 'src/main.ts',
  learnerThread: 'src/hosts/learnerThread.ts',
  storeThread: 'src/adapters/store/thread/storeThread.ts',
};

/** It finds its WebAssembly beside itself, and is loaded where Node.js has no SQLite of its own. */
const LOADED_WHEN_USED = ['node-sqlite3-wasm'];

/** Packages that give Node.js CommonJS: of their ES modules only what is used comes into the bundle. */
const ES_MODULES = {
  rxjs: resolve('node_modules/rxjs/dist/esm/index.js'),
  yaml: resolve('node_modules/yaml/browser/index.js'),
};

/**
 * Modules that packages load in any case, with what loads them when they are called: TLS, HTTP, websockets and a proxy of mqtt.js, child
 * processes of commander.
 */
const LAZY = [
  [
    'mqtt/build/lib/connect/index.js',
    /(protocols\.wss?) = require\('\.\/ws'\)\.streamBuilder/g,
    "$1 = (...args) => require('./ws').streamBuilder(...args)",
    2,
  ],
  [
    'mqtt/build/lib/connect/index.js',
    /(protocols\.(?:ssl|mqtts)) = require\('\.\/tls'\)\.default/g,
    "$1 = (...args) => require('./tls').default(...args)",
    2,
  ],
  [
    'mqtt/build/lib/connect/tcp.js',
    /__importDefault\(require\("\.\/socks"\)\)/g,
    '{ default: (...args) => require("./socks").default(...args) }',
    1,
  ],
  [
    'commander/lib/command.js',
    /childProcess = require\('node:child_process'\)/g,
    "childProcess = { spawn: (...args) => require('node:child_process').spawn(...args) }",
    1,
  ],
];

const loadWhenCalled = {
  name: 'load when called',
  transform(code, id) {
    let text = code;
    for (const [file, pattern, replacement, count] of LAZY) {
      if (!id.endsWith(file)) continue;
      const found = text.match(pattern)?.length ?? 0;
      if (found !== count) throw new Error(`${file} has another text: ${pattern} occurs ${found} times`);
      text = text.replace(pattern, replacement);
    }
    return text === code ? null : { code: text, map: null };
  },
};

const bundle = await rolldown({
  input: ENTRIES,
  platform: 'node',
  resolve: { alias: ES_MODULES },
  plugins: [loadWhenCalled],
  external: LOADED_WHEN_USED,
  // Otherwise a change of a package would only be noticed by who reads the output.
  onLog: (level, log) => {
    if (level === 'warn') throw new Error(log.message);
  },
});
rmSync(FOLDER, { recursive: true, force: true });
const { output } = await bundle.write({
  dir: FOLDER,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name].js',
  // A single arrow in a text makes V8 keep two bytes for each of its characters, in every thread.
  charset: 'ascii',
  // Errors are told with places in the sources (sourcePlaces.ts), whose text nobody needs for that.
  sourcemap: 'hidden',
  sourcemapExcludeSources: true,
  // Names stay: an error tells the function that it comes from.
  minify: {
    compress: { keepNames: { function: true, class: true } },
    mangle: false,
    codegen: { removeWhitespace: true },
  },
});
await bundle.close();
const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
modules.push(...(await bundleSite(join(FOLDER, 'site'))));
writeFileSync(join(FOLDER, 'LICENSES.txt'), licensesOf(modules));

/** Licences of the packages that are in the bundle, which have to come with it. */
function licensesOf(ids) {
  const folders = new Set(ids.map(packageFolderOf).filter((folder) => folder !== undefined));
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    const text = file === undefined ? `${license}` : readFileSync(join(folder, file), 'utf8').trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

/** @returns the folder of the package that a module is of; undefined: it is ours */
function packageFolderOf(id) {
  if (!id.includes('node_modules')) return undefined;
  let folder = dirname(id);
  while (!(existsSync(join(folder, 'package.json')) && basename(dirname(folder)).match(/^(node_modules|@.*)$/))) {
    folder = dirname(folder);
  }
  return folder;
}
