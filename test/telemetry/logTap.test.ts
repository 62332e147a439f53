import { expect, it } from 'vitest';
import { LOG_LEVELS } from '../../src/domain/logLevel.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import { isAsSevere, type LogEntry, tapLog } from '../../src/telemetry/logTap.ts';
import { createListLog } from './capture.ts';

const clock = { now: () => toEpochMs(1000) };

it('writes what it is told, and tells each line of any level behind that, until it is ended', () => {
  const { log, entries } = createListLog();
  const tapped = tapLog(log, { clock, published: 'off' });
  const heard: LogEntry[] = [];
  const end = tapped.listen((entry) => {
    expect(entries).toHaveLength(heard.length + 1);
    heard.push(entry);
  });
  for (const level of LOG_LEVELS) tapped[level]('a line', { count: 1 });
  tapped.info('bare');
  expect(heard.map(({ level }) => level)).toEqual([...LOG_LEVELS, 'info']);
  expect(heard[0]).toEqual({ at: 1000, level: 'error', message: 'a line', fields: { count: 1 } });
  expect(heard.at(-1)?.fields).toEqual({});
  end();
  tapped.error('later');
  expect([heard.length, entries.length]).toEqual([5, 6]);
});

it('has the threshold of the log, and one of its own for what is published', () => {
  const { log } = createListLog();
  const tapped = tapLog(log, { clock, published: 'warning' });
  tapped.threshold = 'error';
  tapped.published = 'debug';
  expect([log.threshold, tapped.threshold, tapped.published]).toEqual(['error', 'error', 'debug']);
});

it('a level lets through what is as severe, or more', () => {
  const letThrough = LOG_LEVELS.map((threshold) => LOG_LEVELS.filter((level) => isAsSevere(level, threshold)).length);
  expect(letThrough).toEqual([1, 2, 3, 4]);
});
