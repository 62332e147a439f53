import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../src/adapters/broker/embeddedBroker.ts';
import { MAIN } from '../support/built.ts';
import { type DaemonProcess, startDaemon } from '../support/daemonProcess.ts';
import { type Probe, startProbe } from '../support/probe.ts';

const ROWS = 600;
const LEAD = 2;

interface Row {
  readonly time: string;
  readonly room: number;
  readonly outdoor: number | undefined;
  readonly window: 'open' | 'closed' | undefined;
}

/** A room that does what the outdoor reading did two rows before. Both other fields are missing now and then. */
const SERIES: readonly Row[] = (() => {
  let seed = 12345;
  const noise = (): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648 - 0.5;
  };
  const outdoor = Array.from({ length: ROWS + LEAD }, () => Number((8 * noise()).toFixed(2)));
  return Array.from({ length: ROWS }, (_, i) => ({
    time: new Date(Date.UTC(2026, 0, 5) + i * 60_000).toISOString(),
    room: Number((20 + (outdoor[i] as number) + 0.2 * noise()).toFixed(2)),
    outdoor: i % 11 === 5 ? undefined : outdoor[i + LEAD],
    window: i % 13 === 6 ? undefined : noise() > 0.3 ? 'open' : 'closed',
  }));
})();
const windowOf = ({ window }: Row): string => (window === undefined ? '' : window === 'open' ? '1' : '0');

describe('a stream with further inputs', () => {
  const daemons: DaemonProcess[] = [];
  let broker: EmbeddedBroker;
  let probe: Probe;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-inputs-'));
    broker = await startEmbeddedBroker({});
    probe = await startProbe(broker.port);
  });

  afterAll(async () => {
    for (const daemon of daemons) await daemon.dispose();
    await probe?.end();
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (name: string, threads: number): DaemonProcess => {
    const daemon =
      startDaemon(`mqtt: {server: "${broker.url}", client_id: ${name}, base_topic: tidegate/${name}, outbound_buffer: 8MB}
threads: ${threads}
streams:
  - topic: home/climate
    id: room
    target: temperature.room
    inputs:
      outdoor: temperature.outdoor
      window: {path: window, map: {open: 1, closed: 0}}
      typo: temperature.outdor
    time: {sanity: off, zone: UTC}
health: {interval: 1s}`);
    daemons.push(daemon);
    return daemon;
  };

  const file = (): string => {
    const input = join(folder, 'in.csv');
    const lines = SERIES.map((row) => `${row.time},${row.room},${row.outdoor ?? ''},${windowOf(row)},`);
    writeFileSync(input, ['time,room,outdoor,window,typo', ...lines].join('\n'));
    return input;
  };

  const replay = async (...args: string[]): Promise<{ report: Record<string, unknown>; rows: string[][] }> => {
    const out = join(folder, `out${args.length}.csv`);
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...[MAIN, 'replay', file(), '--value', 'room', '--json', '--out', out, ...args],
    ]);
    const [, ...lines] = readFileSync(out, 'utf8').trim().split('\n');
    return { report: JSON.parse(stdout), rows: lines.map((line) => line.split(',')) };
  };

  it('says for messages what replay says for rows, to the last digit, on any number of threads', async () => {
    const { report, rows } = await replay('--inputs', 'outdoor,window,typo');
    const names = ['t0', 't2'];
    for (const name of names) await run(name, Number(name.slice(1))).logged('subscribed');
    await probe.publishAll(
      SERIES.map(({ time, room, outdoor, window }) => [
        'home/climate',
        JSON.stringify({ time, temperature: { room, outdoor }, window }),
      ]),
    );
    for (const [i, name] of names.entries()) {
      const payloads = await probe.seen(`tidegate/${name}/room`, ROWS);
      payloads.forEach((payload, row) => {
        const { y, forecast_at: at, anomaly, source } = JSON.parse(payload);
        const live = [y, at[1].yhat, at[1].yhat_lower, at[1].yhat_upper, anomaly, source];
        const cells = rows[row] as string[];
        expect(
          live.map((cell) => (cell === null ? '' : String(cell))),
          `${name}, row ${row}`,
        ).toEqual([...cells.slice(1, 5), ...cells.slice(6, 8)]);
      });
      const daemon = daemons[i] as DaemonProcess;
      daemon.kill('SIGTERM');
      expect(await daemon.exited()).toBe(0);
      const health = JSON.parse(probe.on(`tidegate/${name}/bridge/health`).at(-1) as string);
      const missing = SERIES.flatMap(({ outdoor, window }) => [outdoor, window]).filter(
        (one) => one === undefined,
      ).length;
      expect(health).toMatchObject({ dropped: {}, inputs_missing: { 'no-field': missing + ROWS } });
      const warnings = daemon
        .log()
        .split('\n')
        .filter((line) => line.includes('input never seen'));
      expect(warnings).toEqual([expect.stringContaining('temperature.outdor')]);
      const info = JSON.parse(probe.on(`tidegate/${name}/bridge/info`)[0] as string);
      expect(info.streams).toMatchObject([{ id: 'room', inputs: ['outdoor', 'window', 'typo'] }]);
      expect(report['inputs_missing']).toEqual({ missing: missing + ROWS });
    }
    // Otherwise the equality would say little: what has learned answers.
    expect(rows.at(-1)?.[7]).toMatch(/^lstm_|^linear/);
  });

  it('forecasts much better than without them', async () => {
    const maeOf = ({ report }: Awaited<ReturnType<typeof replay>>): number =>
      (report['horizons'] as { mae: number }[])[0]?.mae as number;
    expect(maeOf(await replay('--inputs', 'outdoor')) / maeOf(await replay())).toBeLessThan(0.75);
  });

  it('goes on from its state, also with other inputs, and says so', async () => {
    const state = join(folder, 'state');
    const whole = await replay('--inputs', 'outdoor,window', '--set', 'step=5m', '--state', state);
    expect(whole.rows).toHaveLength(ROWS);
    const { report } = await replay('--inputs', 'outdoor', '--set', 'step=5m', '--state', state);
    expect(report['notices']).toEqual([expect.stringContaining('inputs of the message [outdoor, window] → [outdoor]')]);
  });

  it.each([
    ['outdoor,room', 64, '--inputs: "room" is the column of the readings'],
    ['outdoor,window,outdoor', 64, '--inputs: names the column "outdoor" twice'],
    ['outdoor,', 64, '--inputs: expected names of columns, separated by commas'],
    [Array.from({ length: 17 }, (_, i) => `c${i}`).join(), 64, '--inputs: at most 16 columns'],
    ['outdor', 65, 'no column "outdor"; did you mean "outdoor"?'],
  ])('replay refuses the inputs %s', async (inputs, code, text) => {
    await expect(replay('--inputs', inputs)).rejects.toMatchObject({ code, stderr: expect.stringContaining(text) });
  });
});
