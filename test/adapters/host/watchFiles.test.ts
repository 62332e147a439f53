import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchFiles } from '../../../src/adapters/host/watchFiles.ts';
import { configContent, configPaths } from '../../../src/config/configFiles.ts';

/** Longer than the files are left alone before they are read. */
const QUIET_MS = 400;

describe('watchFiles, on the files of a configuration', () => {
  let folder: string;
  let stop: AbortController;
  let told: number;
  const at = (...levels: readonly string[]): string => join(folder, ...levels);
  const follow = (file: string, settle = 20): void =>
    watchFiles(
      { paths: () => configPaths(file), content: () => configContent(file), changed: () => void told++, settle },
      stop.signal,
    );
  const isTold = (times: number): Promise<void> => expect.poll(() => told, { timeout: 60_000 }).toBe(times);
  /** Puts a new file or link in the place of the old one in one step. */
  const replace = (path: string, make: (path: string) => void): void => {
    make(`${path}.new`);
    renameSync(`${path}.new`, path);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'watch-'));
    stop = new AbortController();
    told = 0;
  });
  afterEach(() => {
    stop.abort();
    rmSync(folder, { recursive: true, force: true });
  });

  it('tells of a file that is written, and of one that is put in its place', async () => {
    writeFileSync(at('t.yaml'), '1');
    follow(at('t.yaml'));
    writeFileSync(at('t.yaml'), '2');
    await isTold(1);
    replace(at('t.yaml'), (path) => writeFileSync(path, '3'));
    await isTold(2);
    rmSync(at('t.yaml'));
    await pause(QUIET_MS);
    writeFileSync(at('t.yaml'), '4');
    await isTold(3);
  });

  it('tells nothing of times, of the same content again, and of other files of the folder', async () => {
    writeFileSync(at('t.yaml'), '1');
    follow(at('t.yaml'));
    utimesSync(at('t.yaml'), 1, 1);
    writeFileSync(at('t.yaml'), '1');
    writeFileSync(at('other'), '2');
    await pause(QUIET_MS);
    expect(told).toBe(0);
  });

  it('tells once of many steps', async () => {
    writeFileSync(at('t.yaml'), '1');
    follow(at('t.yaml'), 200);
    for (let i = 0; i < 10; i++) writeFileSync(at('t.yaml'), `step ${i}`);
    await isTold(1);
    await pause(2 * QUIET_MS);
    expect(told).toBe(1);
  });

  it('tells of the folder conf.d: made, filled, changed, emptied, removed, made anew', async () => {
    writeFileSync(at('t.yaml'), '1');
    follow(at('t.yaml'));
    mkdirSync(at('conf.d'));
    await pause(QUIET_MS);
    expect(told).toBe(0);
    writeFileSync(at('conf.d', 'a.yaml'), '1');
    await isTold(1);
    writeFileSync(at('conf.d', 'a.yaml'), '2');
    await isTold(2);
    writeFileSync(at('conf.d', 'note.txt'), '2');
    await pause(QUIET_MS);
    expect(told).toBe(2);
    rmSync(at('conf.d'), { recursive: true });
    await isTold(3);
    mkdirSync(at('conf.d'));
    writeFileSync(at('conf.d', 'b.yaml'), '3');
    await isTold(4);
    rmSync(at('conf.d', 'b.yaml'));
    await isTold(5);
  });

  it('tells of a mount of Kubernetes that points elsewhere', async () => {
    for (const [version, text] of [
      ['..1', 'one'],
      ['..2', 'two'],
      ['..3', 'three'],
    ] as const) {
      mkdirSync(at(version));
      writeFileSync(at(version, 't.yaml'), text);
    }
    symlinkSync('..1', at('..data'));
    symlinkSync('..data/t.yaml', at('t.yaml'));
    follow(at('t.yaml'));
    for (const [times, version] of [
      [1, '..2'],
      [2, '..3'],
    ] as const) {
      replace(at('..data'), (path) => symlinkSync(version, path));
      await isTold(times);
    }
  });

  it('tells of a folder behind a link: of its files, and of the link', async () => {
    for (const name of ['one', 'two']) {
      mkdirSync(at(name, 'conf.d'), { recursive: true });
      writeFileSync(at(name, 't.yaml'), name);
    }
    symlinkSync(at('one'), at('etc'));
    follow(at('etc', 't.yaml'));
    writeFileSync(at('one', 't.yaml'), 'changed');
    await isTold(1);
    writeFileSync(at('one', 'conf.d', 'a.yaml'), '1');
    await isTold(2);
    replace(at('etc'), (path) => symlinkSync(at('two'), path));
    await isTold(3);
    writeFileSync(at('two', 'conf.d', 'a.yaml'), '2');
    await isTold(4);
  });

  it('tells of a file that can be read no more, so that somebody says so', async () => {
    writeFileSync(at('t.yaml'), '1');
    mkdirSync(at('conf.d'));
    follow(at('t.yaml'));
    mkdirSync(at('conf.d', 'a.yaml'));
    await isTold(1);
  });

  it('tells nothing once it has ended, and where it had ended before', async () => {
    writeFileSync(at('t.yaml'), '1');
    follow(at('t.yaml'));
    stop.abort();
    follow(at('t.yaml'));
    writeFileSync(at('t.yaml'), '2');
    await pause(QUIET_MS);
    expect(told).toBe(0);
  });
});
