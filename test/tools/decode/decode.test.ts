import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runInProcess } from '../../support/runInProcess.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'decode-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs `tidegate decode` on these lines. */
async function decode(lines: readonly unknown[], ...args: readonly string[]) {
  const file = join(folder, 'messages.jsonl');
  writeFileSync(file, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  const { exit, out, err } = await runInProcess(folder, ['decode', ...args, file]);
  const results = out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as unknown]));
  return { exit, results, err };
}

it('prints each reading with its stream, time, unit and dialect', async () => {
  const payload = { Time: '2026-03-10T12:58:00', AM2301: { Temperature: 7.5 }, TempUnit: 'C' };
  const { exit, results } = await decode([{ topic: 'tele/a/SENSOR', payload }], '--zone', 'Europe/Berlin');
  const stream = 'tele/a/SENSOR#AM2301.Temperature';
  const at = { time: '2026-03-10T11:58:00.000Z', unit: '°C', deviceClass: 'temperature', dialect: 'tasmota' };
  expect([exit, results]).toEqual([0, [{ topic: 'tele/a/SENSOR', stream, value: 7.5, ...at }]]);
});

it('says why a message gives nothing', async () => {
  const { results } = await decode([{ topic: 'tele/a/LWT', payload: 'Offline', retain: true }]);
  expect(results).toEqual([{ topic: 'tele/a/LWT', dropped: 'availability', detail: expect.any(String) }]);
});

it('takes bytes in base64, with their format where the line names it', async () => {
  const { results } = await decode([
    { topic: 'a', payload: 'QdgAAA==', encoding: 'base64:f32be' },
    { topic: 'b', payload: Buffer.from('12.5').toString('base64'), encoding: 'base64' },
  ]);
  expect(results).toMatchObject([
    { stream: 'a', value: 27, dialect: 'f32be' },
    { stream: 'b', value: 12.5, time: null, dialect: 'generic' },
  ]);
});

it('reads in the dialect that is named, and words where that is asked for', async () => {
  const line = { topic: 'x/y', payload: '{"state":"ON","linkquality":5}' };
  expect((await decode([line], '--source', 'zigbee2mqtt')).results).toMatchObject([{ dropped: 'no-field' }]);
  expect((await decode([line], '--booleans')).results).toMatchObject([{ stream: 'x/y#state', value: 1 }]);
});

it('names the lines that are no messages, and ends with 65', async () => {
  const { exit, results, err } = await decode(['{"topic":', '{"payload":1}', '', { topic: 'a', payload: 5 }]);
  expect([exit, results.length]).toEqual([65, 1]);
  expect(err).toContain('line 1: no JSON\nline 2: no topic\n2 of 4 lines are no messages');
});

it('says what two dialects fit', async () => {
  const { err } = await decode([{ topic: 'frigate/up', payload: [{ bn: 'urn:a', v: 1 }] }]);
  expect(err).toContain('frigate/up: fits senml and frigate');
});
