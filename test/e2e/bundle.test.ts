import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAIN, MAIN_OF_MODULES } from '../support/built.ts';

const DIST = dirname(MAIN);
const ROWS = 400;

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

  const run = (main: string, ...args: readonly string[]): string =>
    execFileSync(process.execPath, [main, ...args], { encoding: 'utf8', cwd: folder });

  it('writes byte for byte what the modules write', () => {
    const rows = Array.from({ length: ROWS }, (_, i) => {
      const time = new Date(Date.UTC(2026, 0, 5) + i * 600_000).toISOString();
      return `${time},${(20 + 5 * Math.sin(i / 9) + ((i * 7919) % 101) / 101).toFixed(2)}`;
    });
    writeFileSync(join(folder, 'series.csv'), ['time,load', ...rows].join('\n'));
    const [bundled, modules] = [MAIN, MAIN_OF_MODULES].map((main, i) => {
      const state = `${i}.state`;
      run(main, 'replay', 'series.csv', '--value', 'load', '--horizons', '1,6', '--out', `${i}.csv`, '--state', state);
      return [readFileSync(join(folder, `${i}.csv`), 'utf8'), readFileSync(join(folder, state)).toString('base64')];
    });
    expect(bundled?.[0]?.split('\n').length).toBeGreaterThan(ROWS);
    expect(bundled).toEqual(modules);
  });

  it.each(['run', 'demo', 'check', 'discover', 'doctor', 'replay', 'memory', 'state'])(
    'loads of its commands the one that is named: %s, with the same help as the modules',
    (command) => {
      expect(run(MAIN, command, '--help')).toBe(run(MAIN_OF_MODULES, command, '--help'));
      expect(run(MAIN, '--help')).toMatch(new RegExp(`^  ${command} `, 'm'));
    },
  );

  it.each([
    ['mqtt', {}],
    ['mqtts', {}],
    ['ws', {}],
    ['wss', {}],
    ['mqtt', { MQTTJS_SOCKS_PROXY: 'socks5://127.0.0.1:1' }],
    ['mqtts', { MQTTJS_SOCKS_PROXY: 'socks5://127.0.0.1:1' }],
  ])('loads what a connection by %s with %o needs, and says of a closed port what the modules say', (scheme, env) => {
    writeFileSync(join(folder, 'c.yaml'), `mqtt: {server: "${scheme}://127.0.0.1:1"}\nstreams: [{topic: a/+}]\n`);
    const [bundled, modules] = [MAIN, MAIN_OF_MODULES].map((main) => {
      const args = [main, 'check', '--connect', '-c', 'c.yaml'];
      const options = { encoding: 'utf8', cwd: folder, env: { ...process.env, ...env } } as const;
      const { status, stderr } = spawnSync(process.execPath, args, options);
      return { status, stderr };
    });
    expect(bundled?.stderr).toContain('[TG_BROKER_UNREACHABLE]');
    expect(bundled).toEqual(modules);
  });

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
    expect(sources.filter((source) => /src\/(tools|adapters\/broker)\/|\/(csv-parse|aedes)\//.test(source))).toEqual(
      [],
    );
    expect([...outside].filter((name) => /^(node:)?(tls|https?|http2)$/.test(name))).toEqual([]);
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
