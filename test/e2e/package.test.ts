import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../src/adapters/broker/embeddedBroker.ts';
import { MAIN } from '../support/built.ts';
import { type Probe, startProbe } from '../support/probe.ts';

const ROOT = dirname(dirname(MAIN));
const MOST_BYTES = 5_000_000;

/** `npm run test:package` sets it: the package is made from a clone that has nothing but what is committed. */
const isFromClone = process.env['TIDEGATE_CLEAN_CLONE'] !== undefined;

describe(`the package that npm makes ${isFromClone ? 'of a clean clone' : 'of this build'}`, () => {
  let folder: string;
  let prefix: string;
  let tarball: string;
  let broker: EmbeddedBroker;
  let probe: Probe;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-package-'));
    tarball = isFromClone ? packOfClone() : pack(ROOT, '--ignore-scripts');
    prefix = join(folder, 'prefix');
    mkdirSync(prefix);
    // Nothing is fetched: all that the program needs is in the package.
    npm(folder, 'install', '-g', '--prefix', prefix, '--ignore-scripts', '--offline', tarball);
    broker = await startEmbeddedBroker({});
    probe = await startProbe(broker.port);
  });
  afterAll(async () => {
    await probe?.end();
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function packOfClone(): string {
    const clone = join(folder, 'clone');
    execFileSync('git', ['clone', '--quiet', ROOT, clone]);
    return pack(clone);
  }

  function pack(from: string, ...flags: readonly string[]): string {
    npm(from, 'pack', '--pack-destination', folder, ...flags);
    const name = readdirSync(folder).find((it) => it.endsWith('.tgz'));
    return join(folder, name as string);
  }

  /** The environment of the npm that runs this test names its folders, and its cache need not be ours to write. */
  function npm(cwd: string, ...args: readonly string[]): string {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
    const own = isFromClone ? {} : { npm_config_cache: join(folder, 'cache') };
    return execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd,
      encoding: 'utf8',
      env: { ...env, ...own, npm_config_update_notifier: 'false' },
    });
  }

  it('is made anew where npm packs it', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(scripts.prepack).toMatch(/run .*setup && .*run .*build/);
  });

  it('is smaller than 5 MB, and brings program, examples, unit and licences, but no source and no compiler', () => {
    expect(statSync(tarball).size).toBeLessThan(MOST_BYTES);
    const names = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
    for (const name of [
      'dist/main.js',
      'dist/LICENSES.txt',
      'config/tidegate.service',
      'config/tidegate.yaml',
      'README.md',
    ])
      expect(names).toContain(`package/${name}`);
    const packages = names.flatMap((name) => /^package\/node_modules\/([^/]+)\//.exec(name)?.[1] ?? []);
    expect(new Set(packages)).toEqual(new Set(['node-sqlite3-wasm']));
    expect(names.filter((name) => /^package\/(src|test|build)\//.test(name))).toEqual([]);
  });

  it('runs after an installation without scripts and without a network: the daemon answers a reading, and keeps state', async () => {
    const config = join(folder, 'tidegate.yaml');
    const state = join(folder, 'state');
    writeFileSync(config, `mqtt: {server: "${broker.url}"}\nstreams: [{topic: room/+}]\nthreads: 1\n`);
    const daemon = spawn(join(prefix, 'bin/tidegate'), ['run', '-c', config], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, STATE_DIRECTORY: state },
    });
    let log = '';
    daemon.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    try {
      await Promise.race([probe.latest('tidegate/bridge/state', '{"state":"online"}'), earlyEnd(daemon, () => log)]);
      await probe.publish('room/hall', '21.5');
      const [payload] = await Promise.race([probe.seen('tidegate/room/hall', 1), earlyEnd(daemon, () => log)]);
      expect(JSON.parse(payload)).toMatchObject({ y: 21.5, n: 1, forecast_at: { 1: { yhat: 21.5 } } });
    } finally {
      const ended = once(daemon, 'exit');
      if (daemon.exitCode === null) daemon.kill('SIGTERM');
      await ended;
    }
    expect([daemon.exitCode, log]).toEqual([0, log]);
    expect(readdirSync(state)).toContain('state.sqlite');
  });
});

async function earlyEnd(daemon: ChildProcess, log: () => string): Promise<never> {
  const [status] = await once(daemon, 'exit');
  throw new Error(`ended with ${status}:\n${log()}`);
}
