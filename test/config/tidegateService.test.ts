import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERRORS } from '../../src/domain/errors.ts';

const UNIT = readFileSync(new URL('../../config/tidegate.service', import.meta.url), 'utf8');
const SETTINGS = UNIT.split('\n').filter((line) => /^\w+=/.test(line));
/** Failures that can pass by themselves: no broker, a bug, a full disk, a folder in use. All others wait for a person. */
const PASSING = [69, 70, 74, 75];

/** Where CI is set it says yes, so that a missing systemd fails there. */
const hasSystemd = process.env['CI'] !== undefined || spawnSync('systemd-analyze', ['--version']).error === undefined;

describe('config/tidegate.service', () => {
  it('starts the installed program, again after every failure but those that only a person can mend', () => {
    expect(SETTINGS).toContain(
      'ExecStart=node --max-old-space-size=256 --max-semi-space-size=2 /usr/local/lib/node_modules/tidegate/dist/main.js run -c /etc/tidegate/tidegate.yaml',
    );
    expect(SETTINGS).toContain('Restart=on-failure');
    const exits = new Set<number>(Object.values(ERRORS).map(({ exit }) => exit));
    const lasting = [...exits].filter((exit) => !PASSING.includes(exit)).toSorted((a, b) => a - b);
    expect(SETTINGS).toContain(`RestartPreventExitStatus=${lasting.join(' ')}`);
  });

  it('leaves the daemon time to say goodbye, and the networks room beside the JavaScript heap', () => {
    const numberOf = (key: string) => Number(new RegExp(`^${key}=(\\d+)M?$`, 'm').exec(UNIT)?.[1]);
    const heap = Number(/--max-old-space-size=(\d+)/.exec(UNIT)?.[1]);
    expect(numberOf('TimeoutStopSec')).toBeGreaterThan(5);
    expect(numberOf('MemoryHigh')).toBeGreaterThan(heap);
    expect(numberOf('MemoryMax')).toBeGreaterThan(numberOf('MemoryHigh'));
  });

  it('names the credential that the configuration reader looks for, as an option', () => {
    expect(UNIT).toContain('\n#LoadCredential=mqtt-password:/etc/tidegate/mqtt-password\n');
  });

  it('asks for no file that may be missing', () => {
    expect(SETTINGS.filter((line) => line.startsWith('LoadCredential'))).toEqual([]);
    expect(SETTINGS.filter((line) => line.startsWith('EnvironmentFile='))).toEqual([
      'EnvironmentFile=-/etc/default/tidegate',
    ]);
  });

  it('leaves writable memory executable: V8 compiles', () => {
    expect(SETTINGS.filter((line) => line.startsWith('MemoryDenyWriteExecute'))).toEqual([]);
  });
});

describe.skipIf(!hasSystemd)('config/tidegate.service as systemd sees it', () => {
  let folder: string;
  let file: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'unit-'));
    file = join(folder, 'tidegate.service');
    // Node.js may be elsewhere where this is built, and a unit without its program is a fault to systemd.
    writeFileSync(file, UNIT.replace('ExecStart=node ', `ExecStart=${process.execPath} `));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function analyze(...args: string[]): { status: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
    return { status, output: stdout + stderr };
  }

  it('has no setting that systemd complains about', () => {
    expect(analyze('verify', '--recursive-errors=no', file)).toEqual({ status: 0, output: '' });
  });

  it('is told apart from a unit with a mistake in it', () => {
    const wrong = join(folder, 'wrong.service');
    writeFileSync(
      wrong,
      UNIT.replace('ProtectClock=yes', 'ProtectClocks=yes').replace(
        'ExecStart=node ',
        `ExecStart=${process.execPath} `,
      ),
    );
    expect(analyze('verify', '--recursive-errors=no', wrong).output).toContain('ProtectClocks');
  });

  it('exposes at most 2.5 of 10', () => {
    const { output } = analyze('security', '--offline=true', '--no-pager', file);
    const level = /Overall exposure level for \S+: ([\d.]+)/.exec(output)?.[1];
    expect(Number(level)).toBeLessThanOrEqual(2.5);
  });
});
