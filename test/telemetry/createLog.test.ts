import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { LogLevel } from '../../src/domain/logLevel.ts';
import { createLog } from '../../src/telemetry/createLog.ts';
import type { LogFields, LogOptions } from '../../src/telemetry/log.ts';
import { createCapture, createHandClock } from './capture.ts';

const AT = Date.parse('2026-11-24T05:00:00.250Z');
const LEVELS: readonly LogLevel[] = ['error', 'warning', 'info', 'debug'];

function linesOf(options: Pick<LogOptions, 'format' | 'level'> & Partial<LogOptions>, isTTY = false): string[] {
  const stream = createCapture({ isTTY });
  const log = createLog({ stream, env: {}, clock: createHandClock(AT), ...options });
  for (const level of LEVELS) log[level](`a ${level}`, { topic: 'x', count: 2, none: undefined });
  return stream.text().split('\n').slice(0, -1);
}

describe('createLog', () => {
  it('writes JSON lines for collectors', () => {
    const lines = linesOf({ format: 'json', level: 'debug' });
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      LEVELS.map((level) => ({ level, time: '2026-11-24T05:00:00.250Z', topic: 'x', count: 2, msg: `a ${level}` })),
    );
  });

  it.each<[LogLevel, string, LogFields | undefined, string]>([
    ['info', 'plain', undefined, '"msg":"plain"}'],
    ['info', '', {}, '"msg":""}'],
    [
      'error',
      'a failure',
      { error: 'Error: no\n    at f (x.ts:1)\r\n    at \u001b[31mg' },
      '"error":"Error: no\\n    at f (x.ts:1)\\r\\n    at \\u001b[31mg","msg":"a failure"}',
    ],
    [
      'warning',
      'dropped',
      { topic: 'sensor\u001b[2J\nforged\u2028\u202e "quoted" \\ back', none: undefined, count: 2 },
      '"topic":"sensor\\u001b[2J\\nforged\u2028\u202e \\"quoted\\" \\\\ back","count":2,"msg":"dropped"}',
    ],
    [
      'debug',
      'numbers',
      { a: 0.1, b: -0, c: 1e21, d: Number.NaN, e: Number.POSITIVE_INFINITY, f: true, g: false },
      '"a":0.1,"b":0,"c":1e+21,"d":null,"e":null,"f":true,"g":false,"msg":"numbers"}',
    ],
    ['info', '50 % and %s, \ud83d\ude00 and \ud800 alone', undefined, '"msg":"50 % and %s, 😀 and � alone"}'],
    ['info', 'control \u0000\u001f\u007f', { 'unit °C': 'µ' }, '"unit °C":"µ","msg":"control \\u0000\\u001f\u007f"}'],
    ['warning', 'twice', { level: 3, msg: 'm' }, '"level":3,"msg":"m","msg":"twice"}'],
  ])('writes the bytes of JSON lines that collectors have read so far: %s %o %o', (level, message, fields, line) => {
    const stream = createCapture();
    const log = createLog({ format: 'json', level: 'debug', stream, env: {}, clock: createHandClock(AT) });
    log[level](message, fields);
    expect(stream.text()).toBe(`{"level":"${level}","time":"2026-11-24T05:00:00.250Z",${line}\n`);
  });

  it('writes priorities and no time for the journal', () => {
    expect(linesOf({ format: 'journald', level: 'debug' })).toEqual([
      '<3>a error (topic: x, count: 2)',
      '<4>a warning (topic: x, count: 2)',
      '<6>a info (topic: x, count: 2)',
      '<7>a debug (topic: x, count: 2)',
    ]);
  });

  it.each(['pretty', 'journald', 'json'] as const)('leaves out as %s what is less urgent than its level', (format) => {
    for (let i = 0; i < LEVELS.length; i++) {
      const lines = linesOf({ format, level: LEVELS[i] as LogLevel });
      expect(lines).toHaveLength(i + 1);
      for (const [k, line] of lines.entries()) expect(line).toContain(`a ${LEVELS[k]}`);
    }
  });

  it('takes the format of its reader by itself: people on a terminal, else JSON', () => {
    const [pretty] = linesOf({ format: 'auto', level: 'error', env: { NO_COLOR: '1' } }, true);
    expect(pretty).toMatch(/^\d\d:\d\d:\d\d error {3}a error \(topic: x, count: 2\)$/);
    const [json] = linesOf({ format: 'auto', level: 'error' });
    expect(JSON.parse(json as string)).toMatchObject({ level: 'error' });
  });

  it.each(['pretty', 'json'] as const)('goes on as %s when its reader has gone', async (format) => {
    const stream = createCapture();
    const log = createLog({ format, level: 'info', stream, env: {}, clock: createHandClock() });
    const closed = new Promise((resolve) => stream.once('close', resolve));
    stream.destroy(new Error('EPIPE'));
    await closed;
    expect(() => log.info('nobody listens')).not.toThrow();
    // An error of the write comes a turn later; without a listener it would end the process.
    await new Promise((resolve) => setImmediate(resolve));
  });
});

it('changes its threshold while it is in use', () => {
  const stream = createCapture();
  const log = createLog({ level: 'warning', format: 'json', stream, env: {}, clock: createHandClock(AT) });
  log.info('before');
  log.threshold = 'info';
  log.info('after');
  log.threshold = 'error';
  log.warning('later');
  expect(stream.text().match(/before|after|later/g)).toEqual(['after']);
});

it('leaves lines out while their reader takes none, and says how many', async () => {
  let isRead: () => void = () => undefined;
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      isRead = done;
    },
  });
  const log = createLog({ level: 'info', format: 'json', stream, env: {}, clock: createHandClock(AT) });
  for (let i = 0; i < 10_000; i++) log.info('line', { topic: 'x'.repeat(1000) });
  expect(stream.writableLength).toBeLessThan(1_100_000);
  while (stream.writableLength > 0) {
    isRead();
    await new Promise((resolve) => setImmediate(resolve));
  }
  log.info('after');
  while (stream.writableLength > 0) {
    isRead();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string; count?: number });
  const [notice] = lines.filter(({ msg }) => msg.startsWith('log lines left out'));
  expect(lines.filter(({ msg }) => msg === 'line').length + (notice?.count ?? 0)).toBe(10_000);
  expect(lines.at(-1)?.msg).toBe('after');
});
