import { expect, it, test } from 'vitest';
import {
  isEditable,
  planSentences,
  valueText,
  writtenValue,
} from '../../../../../src/outlets/page/site/views/configuration/options.ts';

test.each([
  ['2', 1, 2],
  ['2.5', '1', 2.5],
  ['[1, 6]', [1], [1, 6]],
  ['true', false, true],
  ['15m', '5m', '15m'],
  ['007', 'pump', '007'],
  ['debug', 'info', 'debug'],
  [' ', 'info', null],
  ['{broken', {}, '{broken'],
])('reads %s, written in place of %o, as %o', (text, before, value) => {
  expect(writtenValue(text, before)).toEqual(value);
});

it('writes a value as it is read again', () => {
  for (const value of [1, true, 'info', [1, 'a'], { a: [1] }])
    expect(writtenValue(valueText(value), value)).toEqual(value);
});

test.each([
  [{ applies: 'live', may_change: true }, true],
  [{ applies: 'stream', may_change: true }, true],
  [{ applies: 'restart', may_change: true }, false],
  [{ applies: 'live', may_change: false }, false],
  [{ applies: 'live' }, false],
])('lets change %o: %s', (changes, isIt) => {
  expect(isEditable({ name: 'a', value: 1, origin: 'file', ...changes })).toBe(isIt);
});

it('tells what a change would do', () => {
  expect(planSentences({ plan: true })).toEqual(['Nothing changes: that is the value already.']);
  expect(planSentences({ plan: true, live: ['a'], streams: ['b'], restart: ['c', 'd'] })).toEqual([
    'At once: a.',
    'Streams start anew with what they have learned: b.',
    'Only with the next start of the daemon: c, d.',
  ]);
});
