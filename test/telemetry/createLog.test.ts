import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/telemetry/createLog.ts';
import type { LogLevel, LogOptions } from '../../src/telemetry/log.ts';
import { createCapture, createHandClock } from './capture.ts';

const AT = Date.parse('2026-11-24T05:00:00.250Z');
const LEVELS: readonly LogLevel[] = ['error', 'warning', 'info', 'debug'];

async function linesOf(
  options: Pick<LogOptions, 'format' | 'level'> & Partial<LogOptions>,
  isTTY = false,
): Promise<string[]> {
  const stream = createCapture({ isTTY });
  const log = await createLog({ stream, env: {}, clock: createHandClock(AT), ...options });
  for (const level of LEVELS) log[level](`a ${level}`, { topic: 'x', count: 2, none: undefined });
  return stream.text().split('\n').slice(0, -1);
}

describe('createLog', () => {
  it('writes JSON lines for collectors', async () => {
    const lines = await linesOf({ format: 'json', level: 'debug' });
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      LEVELS.map((level) => ({ level, time: '2026-11-24T05:00:00.250Z', topic: 'x', count: 2, msg: `a ${level}` })),
    );
  });

  it('writes priorities and no time for the journal', async () => {
    expect(await linesOf({ format: 'journald', level: 'debug' })).toEqual([
      '<3>a error (topic: x, count: 2)',
      '<4>a warning (topic: x, count: 2)',
      '<6>a info (topic: x, count: 2)',
      '<7>a debug (topic: x, count: 2)',
    ]);
  });

  it.each(['pretty', 'journald', 'json'] as const)(
    'leaves out as %s what is less urgent than its level',
    async (format) => {
      for (let i = 0; i < LEVELS.length; i++) {
        const lines = await linesOf({ format, level: LEVELS[i] as LogLevel });
        expect(lines).toHaveLength(i + 1);
        for (const [k, line] of lines.entries()) expect(line).toContain(`a ${LEVELS[k]}`);
      }
    },
  );

  it('takes the format of its reader by itself: people on a terminal, else JSON', async () => {
    const [pretty] = await linesOf({ format: 'auto', level: 'error', env: { NO_COLOR: '1' } }, true);
    expect(pretty).toMatch(/^\d\d:\d\d:\d\d error {3}a error \(topic: x, count: 2\)$/);
    const [json] = await linesOf({ format: 'auto', level: 'error' });
    expect(JSON.parse(json as string)).toMatchObject({ level: 'error' });
  });

  it.each(['pretty', 'json'] as const)('goes on as %s when its reader has gone', async (format) => {
    const stream = createCapture();
    const log = await createLog({ format, level: 'info', stream, env: {}, clock: createHandClock() });
    const closed = new Promise((resolve) => stream.once('close', resolve));
    stream.destroy(new Error('EPIPE'));
    await closed;
    expect(() => log.info('nobody listens')).not.toThrow();
    // An error of the write comes a turn later; without a listener it would end the process.
    await new Promise((resolve) => setImmediate(resolve));
  });
});
