import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { MAIN } from '../support/built.ts';
import { type Ran, runInProcess } from '../support/runInProcess.ts';

const DIST = dirname(MAIN);
const ROWS = 400;
const COMMANDS = [
  ...['run', 'demo', 'check', 'discover', 'decode', 'record', 'doctor', 'replay', 'memory', 'probe', 'ask', 'state'],
];

/** Paths of the modules that are in a chunk; the bundler's own has no map. */
function sourcesOf(chunk: string): readonly string[] {
  const map = join(DIST, `${chunk}.map`);
  return existsSync(map) ? (JSON.parse(readFileSync(map, 'utf8')) as { sources: string[] }).sources : [];
}

describe('the bundle', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-bundle-'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  afterEach(() => void vi.unstubAllEnvs());

  const run = (...args: readonly string[]): string =>
    execFileSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', cwd: folder });
  /** The modules, in this process. */
  const runModules = (...args: readonly string[]): Promise<Ran> => runInProcess(folder, args, { env: process.env });

  it('writes byte for byte what the modules write', async () => {
    const rows = Array.from({ length: ROWS }, (_, i) => {
      const time = new Date(Date.UTC(2026, 0, 5) + i * 600_000).toISOString();
      return `${time},${(20 + 5 * Math.sin(i / 9) + ((i * 7919) % 101) / 101).toFixed(2)}`;
    });
    const at = (name: string): string => join(folder, name);
    writeFileSync(at('series.csv'), ['time,load', ...rows].join('\n'));
    const [bundled, modules] = ['bundle', 'modules'].map((name) => [at(`${name}.csv`), at(`${name}.state`)]);
    const replayTo = ([out, state]: readonly string[]): readonly string[] => [
      'replay',
      at('series.csv'),
      '--value',
      'load',
      '--horizons',
      '1,6',
      '--out',
      out,
      '--state',
      state,
    ];
    run(...replayTo(bundled));
    expect(await runModules(...replayTo(modules))).toMatchObject({ exit: 0 });
    const written = (files: readonly string[]): readonly string[] => files.map((file) => readFileSync(file, 'latin1'));
    expect(written(bundled)[0]?.split('\n').length).toBeGreaterThan(ROWS);
    expect(written(bundled)).toEqual(written(modules));
  });

  it.each(COMMANDS)(
    'loads of its commands the one that is named: %s, with the same help as the modules',
    async (command) => {
      expect(run(command, '--help')).toBe((await runModules(command, '--help')).out);
    },
  );

  it('lists all of its commands, as the modules do', async () => {
    const help = run('--help');
    expect(help).toBe((await runModules('--help')).out);
    for (const command of COMMANDS) expect(help).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  it.each([
    ['mqtt', {}],
    ['mqtts', {}],
    ['ws', {}],
    ['wss', {}],
    ['mqtt', { MQTTJS_SOCKS_PROXY: 'socks5://127.0.0.1:1' }],
    ['mqtts', { MQTTJS_SOCKS_PROXY: 'socks5://127.0.0.1:1' }],
  ])(
    'loads what a connection by %s with %o needs, and says of a closed port what the modules say',
    async (scheme, env) => {
      writeFileSync(join(folder, 'c.yaml'), `mqtt: {server: "${scheme}://127.0.0.1:1"}\nstreams: [{topic: a/+}]\n`);
      for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
      const args = ['check', '--connect', '-c', 'c.yaml'];
      const bundled = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', cwd: folder });
      const modules = await runModules(...args);
      expect(bundled.stderr).toContain('[TG_BROKER_UNREACHABLE]');
      expect([bundled.status, bundled.stderr]).toEqual([modules.exit, modules.err]);
    },
  );

  it('loads for a daemon no source of a tool, no CSV, no broker, and neither TLS nor HTTP of Node.js', () => {
    const chunks = new Set<string>();
    const outside = new Set<string>();
    const follow = (chunk: string): void => {
      if (chunks.has(chunk)) return;
      chunks.add(chunk);
      const code = readFileSync(join(DIST, chunk), 'utf8');
      // Static imports alone: those of `import()` have a bracket.
      for (const [, from] of code.matchAll(/\b(?:from|import)\s*["`']([^"`']+)["`']/g)) {
        if (from?.startsWith('./')) follow(from.slice(2));
        else outside.add(from as string);
      }
    };
    for (const entry of ['main.js', 'run.js', 'storeThread.js', 'learnerThread.js']) follow(entry);
    const sources = [...chunks].flatMap((chunk) => sourcesOf(chunk));
    expect(sources.some((source) => source.endsWith('src/app/compose.ts'))).toBe(true);
    const tools = sources.filter((source) => /src\/(tools|adapters\/broker)\/|\/(csv-parse|aedes)\//.test(source));
    // It loads the doctor once a reader of the page asks for it.
    expect(tools.map((source) => source.replace('../', ''))).toEqual(['src/tools/doctor/examineLater.ts']);
    expect([...outside].filter((name) => /^(node:)?(tls|https?|http2)$/.test(name))).toEqual([]);
  });

  it('has a byte for each character: V8 would keep two for each of a file with one character beyond Latin-1', () => {
    const files = readdirSync(DIST).filter((name) => name.endsWith('.js'));
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((name) => readFileSync(join(DIST, name)).some((byte) => byte > 0x7f))).toEqual([]);
  });

  it('brings the licence of every package that is in it', () => {
    const licenses = readFileSync(join(DIST, 'LICENSES.txt'), 'utf8');
    const packages = new Set<string>();
    for (const file of readdirSync(DIST).filter((name) => name.endsWith('.map'))) {
      for (const source of sourcesOf(file.replace('.map', ''))) {
        const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1];
        if (name !== undefined) packages.add(name);
      }
    }
    expect(packages.size).toBeGreaterThan(10);
    for (const name of packages) expect(licenses).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\([^)]+\\)$`, 'm'));
  });
});
