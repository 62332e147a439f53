import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAIN } from '../support/built.ts';
import { type DaemonProcess, startDaemon } from '../support/daemonProcess.ts';
import { hasMosquitto, type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { type Probe, startProbe } from '../support/probe.ts';

const ROWS = 600;
const HALF_HOUR_MS = 1_800_000;

/** A day cycle with noise and weekends, two decimals: `time` in local time without offset, as recorders write it. */
function makeRows(): readonly { time: string; value: number }[] {
  let noise = 12345;
  return Array.from({ length: ROWS }, (_, i) => {
    noise = (noise * 1103515245 + 12345) % 2147483648;
    const day = Math.sin((2 * Math.PI * (i % 48)) / 48);
    const isWeekend = Math.floor(i / 48) % 7 >= 5;
    const value = 100 + 40 * day * (isWeekend ? 0.5 : 1) + 5 * (noise / 2147483648 - 0.5);
    const time = new Date(Date.UTC(2026, 0, 5) + i * HALF_HOUR_MS).toISOString().slice(0, 19).replace('T', ' ');
    return { time, value: Number(value.toFixed(2)) };
  });
}

describe.skipIf(!hasMosquitto())('the main path over a real mosquitto', () => {
  let broker: Mosquitto;
  let daemon: DaemonProcess;
  let probe: Probe;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-main-'));
    broker = await startMosquitto();
    probe = await startProbe(broker.port);
    daemon = startDaemon(`
mqtt: {server: "mqtt://127.0.0.1:${broker.port}"}
defaults: {time: {from: message, sanity: off, zone: UTC}, horizons: [1, 5]}
streams:
  - {topic: meter/hall, target: load}
  - {topic: plain/+}
  - {topic: bad/+, target: v}
log: {level: debug}
`);
    await daemon.logged('subscribed');
  });

  afterAll(async () => {
    await probe?.end();
    await daemon?.dispose();
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('publishes for every reading the number that replay writes for that row, to the last digit', async () => {
    const rows = makeRows();
    const input = join(folder, 'in.csv');
    const out = join(folder, 'out.csv');
    writeFileSync(input, ['time,load', ...rows.map(({ time, value }) => `${time},${value}`)].join('\n'));
    execFileSync(process.execPath, [MAIN, 'replay', input, '--value', 'load', '--horizons', '1,5', '--out', out]);

    await probe.publishAll(rows.map(({ time, value }) => ['meter/hall', JSON.stringify({ time, load: value })]));
    const payloads = await probe.seen('tidegate/meter/hall/load', ROWS);

    const replayed = readFileSync(out, 'utf8').trim().split('\n');
    expect(replayed[0]).toBe('time,value,pred_1,lo_1,hi_1,pred_5,lo_5,hi_5,anomaly_score,anomaly,source,skill');
    expect(replayed.length).toBe(ROWS + 1);
    payloads.forEach((payload, i) => {
      const cells = (replayed[i + 1] as string).split(',');
      const { forecast_at, y, source, anomaly } = JSON.parse(payload);
      const live = ['1', '5'].flatMap((h) => [
        forecast_at[h].yhat,
        forecast_at[h].yhat_lower,
        forecast_at[h].yhat_upper,
      ]);
      const text = (value: number | null): string => (value === null ? '' : String(value));
      expect([cells[1], ...cells.slice(2, 8)], `row ${i}`).toEqual([String(y), ...live.map(text)]);
      expect([cells[9], cells[10]], `row ${i}`).toEqual([String(anomaly), source]);
    });
    // Otherwise the equality would say little: what was learned answers, and its interval is known.
    const last = JSON.parse(payloads.at(-1) as string);
    expect(last).toMatchObject({ source: expect.stringMatching(/^(linear|lstm_)/), state: 'active', n: ROWS });
    expect(last.skill).toBeGreaterThan(0);
    expect(last.yhat_lower).toBeLessThan(last.yhat_upper);
  });

  it('counts each bad message under its reason, and nothing else changes', async () => {
    const bad = ['unavailable', '', '{"v":"NaN"}', '{"v":1', '{"v":true}', '{"v":1e999}', '{"v":"21,5"}', '{"v":null}'];
    const feed = async (topic: string, isDisturbed: boolean): Promise<readonly string[]> => {
      const messages: [string, string][] = [];
      for (let i = 0; i < 300; i++) {
        if (isDisturbed) messages.push([topic, bad[i % bad.length] as string]);
        const time = new Date(Date.UTC(2026, 0, 5) + i * 60_000).toISOString();
        messages.push([topic, JSON.stringify({ time, v: 20 + (i % 7) + (i % 3) / 10 })]);
      }
      await probe.publishAll(messages);
      return probe.seen(`tidegate/${topic}/v`, 300);
    };

    const quiet = await feed('bad/quiet', false);
    const disturbed = await feed('bad/disturbed', true);

    expect(disturbed).toEqual(quiet);
    expect(disturbed.join()).not.toMatch(/NaN|Infinity/);
    for (const reason of ['missing', 'not-json', 'not-a-number', 'not-finite']) await daemon.logged(`"${reason}"`);
  });

  it('never takes its own output or a retained replay for a reading', async () => {
    await probe.publish('tidegate/plain/echo', '5');
    await probe.publish('plain/old', '7', { retain: true });
    await probe.seen('tidegate/plain/old', 1);
    const other = startDaemon(`
mqtt: {server: "mqtt://127.0.0.1:${broker.port}", base_topic: other, client_id: other}
streams: [{topic: "#"}]
log: {level: debug}
`);
    try {
      await other.logged('replayed it from its retained store');
      await probe.publish('plain/live', '3');
      await other.logged('stream started');
      expect(other.log()).not.toContain('"stream":"plain/old"');
    } finally {
      await other.dispose();
    }
  });
});
