import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anySecret, leaksOf, RIGHT_PLACES } from '../config/secretPlaces.ts';
import { rounds } from '../support/rounds.ts';
import { runInProcess } from '../support/runInProcess.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const FILE = 'c.yaml';
const fileAt = (mode: number, text: string): void => {
  writeFileSync(join(folder, FILE), text);
  chmodSync(join(folder, FILE), mode);
};

interface Answer {
  readonly exit: number;
  readonly output: string;
}

/** @param stopAfter ms until the command is told to end */
async function tidegate(args: readonly string[], stopAfter?: number): Promise<Answer> {
  const stop = new AbortController();
  const timer = stopAfter === undefined ? undefined : setTimeout(() => stop.abort(), stopAfter);
  const env = { HOME: folder, STATE_DIRECTORY: join(folder, 'state') };
  const { exit, both: output } = await runInProcess(folder, args, { env, stop: stop.signal });
  clearTimeout(timer);
  return { exit, output };
}

const WITH_PASSWORD = 'mqtt: {server: "mqtt://127.0.0.1:1", user: bob, password: hunter2}\nstreams: [{topic: a}]\n';

describe('a secret where it belongs', () => {
  it.each([
    [['check', '-c', FILE]],
    [['check', '-c', FILE, '--json']],
    [['check', '-c', FILE, '--connect']],
    [['run', '-c', FILE]],
    [['doctor', '-c', FILE]],
    [['doctor', '-c', FILE, '--json']],
  ])('is in no output of %j', async (args) => {
    // The user's name is no secret: that of the client and the paths of files are told too.
    const places = RIGHT_PLACES.filter(([name]) => name !== 'the user');
    await fc.assert(
      fc.asyncProperty(anySecret, async (secret) => {
        for (const [name, place] of places) {
          fileAt(0o600, `log: {level: debug, format: json}\n${place(secret)}`);
          const { output } = await tidegate(args, args[0] === 'run' ? 150 : undefined);
          expect(output).not.toBe('');
          expect(leaksOf(secret, output), `${name}: ${output}`).toEqual([]);
        }
      }),
      { numRuns: rounds(1, 2) },
    );
  });

  it('is in no output of discover', async () => {
    const server = 'ws://127.0.0.1:1/mqtt?token=Zq7Xw9Kj3Vy5';
    const { exit, output } = await tidegate(['discover', server, '--seconds', '1']);
    expect(exit).toBe(69);
    expect(leaksOf('Zq7Xw9Kj3Vy5', output)).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('a file with a password that everybody can read', () => {
  const WARNING = /holds a password or token, and every user of this computer can read it/;

  it.each([
    ['in plain', WITH_PASSWORD, true],
    ['as the default of a variable', WITH_PASSWORD.replace('hunter2', '!env TG_NONE hunter2'), true],
    ['as a token', 'mqtt: {server: "ws://127.0.0.1:1/?token=hunter2"}\nstreams: [{topic: a}]\n', true],
    ['that is elsewhere', WITH_PASSWORD.replace('hunter2', '!env HOME'), false],
    ['that there is not', 'mqtt: {server: "mqtt://127.0.0.1:1"}\nstreams: [{topic: a}]\n', false],
  ])('is warned of by check: %s', async (_, text, isWarned) => {
    fileAt(0o644, text);
    const { exit, output } = await tidegate(['check', '-c', FILE]);
    expect(exit).toBe(0);
    expect(WARNING.test(output)).toBe(isWarned);
    expect(output.includes('chmod o-r')).toBe(isWarned);
    expect(output).not.toContain('hunter2');
    fileAt(0o640, text);
    expect((await tidegate(['check', '-c', FILE])).output).not.toMatch(WARNING);
  });

  it('is warned of by run and by doctor', async () => {
    fileAt(0o644, WITH_PASSWORD);
    expect((await tidegate(['run', '-c', FILE], 100)).output).toContain('password readable by every user');
    const { output } = await tidegate(['doctor', '-c', FILE, '--json']);
    expect(JSON.parse(output).findings).toContainEqual(
      expect.objectContaining({ check: 'secrets', verdict: 'warning', found: expect.stringMatching(WARNING) }),
    );
  });

  it('may be the one behind !file', async () => {
    fileAt(0o644, WITH_PASSWORD.replace('hunter2', '!file pw'));
    writeFileSync(join(folder, 'pw'), 'hunter2\n');
    chmodSync(join(folder, 'pw'), 0o644);
    expect((await tidegate(['check', '-c', FILE])).output).toContain(`warning: ${join(folder, 'pw')} holds`);
    chmodSync(join(folder, 'pw'), 0o600);
    expect((await tidegate(['check', '-c', FILE])).output).not.toMatch(WARNING);
  });
});

describe('what is no file, or has no end', () => {
  const pipe = (): string => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    return join(folder, 'pipe');
  };
  const isUnix = process.platform !== 'win32';

  it.skipIf(!isUnix)('is refused at once as a configuration, by every command that reads one', async () => {
    for (const file of ['/dev/zero', pipe()]) {
      for (const command of ['check', 'run', 'doctor'])
        expect(await tidegate([command, '-c', file])).toMatchObject({
          exit: 77,
          output: expect.stringContaining('not a regular file'),
        });
    }
  });

  it.skipIf(!isUnix)('is refused behind !file, and as a certificate', async () => {
    for (const file of ['/dev/zero', pipe()]) {
      fileAt(0o600, WITH_PASSWORD.replace('hunter2', `!file ${file}`));
      expect(await tidegate(['check', '-c', FILE])).toMatchObject({ exit: 77 });
      fileAt(0o600, `mqtt: {server: "mqtts://127.0.0.1:1", ca: ${file}}\nstreams: [{topic: a}]\n`);
      const { exit, output } = await tidegate(['check', '-c', FILE, '--connect']);
      expect([exit, output]).toEqual([77, expect.stringContaining('not a regular file')]);
    }
  });

  it('is refused by its size', async () => {
    fileAt(0o600, `${WITH_PASSWORD}#${'x'.repeat(1_048_576)}`);
    expect(await tidegate(['check', '-c', FILE])).toMatchObject({
      exit: 78,
      output: expect.stringContaining('is larger than 1 MiB'),
    });
    fileAt(0o600, WITH_PASSWORD.replace('hunter2', '!file big'));
    writeFileSync(join(folder, 'big'), Buffer.alloc(1_048_577));
    expect((await tidegate(['check', '-c', FILE])).exit).toBe(77);
  });
});
