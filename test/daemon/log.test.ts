import { fstatSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createLog, type Log, type LogLevel, type LogOptions } from '../../src/daemon/log.ts';

const LEVELS: readonly LogLevel[] = ['error', 'warning', 'info', 'debug'];

interface Setup {
  readonly format?: LogOptions['format'];
  readonly level?: LogLevel;
  readonly isTTY?: boolean;
  readonly env?: LogOptions['env'];
}

function linesOf(
  { format = 'auto', level = 'debug', isTTY = false, env = {} }: Setup,
  use: (log: Log) => void,
): string[] {
  const stream = Object.assign(new PassThrough(), { isTTY });
  use(createLog({ format, level, stream, env }));
  const text = String(stream.read() ?? '');
  return text.split('\n').slice(0, -1);
}

const sayHello = (log: Log): void => log.info('hello', { topic: 'a/b', count: 2, ok: true, nothing: undefined });
const sayAll = (log: Log): void => {
  for (const level of LEVELS) log[level](`an ${level}`);
};

test('json: one object a line, with level by name, time, message and the facts beside it', () => {
  const before = Date.now();
  const [line] = linesOf({ format: 'json' }, sayHello);
  const { time, ...rest } = JSON.parse(line as string);
  expect(rest).toEqual({ level: 'info', msg: 'hello', topic: 'a/b', count: 2, ok: true });
  expect(Math.abs(Date.parse(time) - before)).toBeLessThan(5000);
  expect(time).toMatch(/Z$/);
});

test('journald: the priority in front, no time, no colour', () => {
  expect(linesOf({ format: 'journald', isTTY: true }, sayAll)).toEqual([
    '<3>an error',
    '<4>an warning',
    '<6>an info',
    '<7>an debug',
  ]);
  expect(linesOf({ format: 'journald' }, sayHello)).toEqual(['<6>hello (topic: a/b, count: 2, ok: true)']);
});

test('journald: several lines stay one entry', () => {
  const text = linesOf({ format: 'journald' }, (log) => log.error('a\nb\r\n\r\nc', { error: 'Error: x\n    at y' }));
  expect(text).toEqual(['<3>a | b | c (error: Error: x |     at y)']);
});

test('pretty: time, level and facts for people', () => {
  const [line] = linesOf({ format: 'pretty' }, sayHello);
  expect(line).toMatch(/^\d\d:\d\d:\d\d info {4}hello \(topic: a\/b, count: 2, ok: true\)$/);
  expect(linesOf({ format: 'pretty' }, (log) => log.info('bare', {}))[0]).toMatch(/ bare$/);
});

test.each(['pretty', 'journald'] as const)(
  '%s: nothing from outside steers the terminal or forges a line',
  (format) => {
    const lines = linesOf({ format }, (log) =>
      log.warning('bad', { topic: 'x\u001b[2J\r\n<3>12:00:00 error forged\u202e' }),
    );
    const text = lines.join('\n');
    expect(text).toContain('forged');
    for (const mark of ['\u001b', '\r', '\u202e']) expect(text).not.toContain(mark);
    expect(lines.slice(1).every((line) => line.startsWith('    '))).toBe(true);
  },
);

test('pretty: the lines of a stack stay apart', () => {
  const lines = linesOf({ format: 'pretty' }, (log) => log.error('bug', { error: 'Error: x\n    at y' }));
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(/^ +at y\)$/);
});

test.each(['json', 'journald', 'pretty'] as const)('%s: says what is at least as grave as the level', (format) => {
  for (const [i, level] of LEVELS.entries()) {
    const lines = linesOf({ format, level }, sayAll);
    expect(lines).toHaveLength(i + 1);
    for (const [k, line] of lines.entries()) expect(line).toContain(`an ${LEVELS[k]}`);
  }
});

test.each([
  ['on a terminal', true, {}, true],
  ['not on a pipe', false, {}, false],
  ['not with NO_COLOR', true, { NO_COLOR: '1' }, false],
  ['with an empty NO_COLOR', true, { NO_COLOR: '' }, true],
  ['not on a dumb terminal', true, { TERM: 'dumb' }, false],
])('colours the level %s', (_, isTTY, env, isColored) => {
  const [line] = linesOf({ format: 'pretty', isTTY, env }, (log) => log.error('x'));
  expect(line?.includes('\u001b[31m')).toBe(isColored);
});

test('auto: pretty on a terminal, JSON on a pipe', () => {
  expect(linesOf({ isTTY: true, env: { NO_COLOR: '1' } }, sayHello)[0]).toMatch(/^\d\d:\d\d:\d\d info/);
  expect(JSON.parse(linesOf({}, sayHello)[0] as string)).toMatchObject({ msg: 'hello' });
});

test('auto: journald where the journal reads our stderr, and only there', () => {
  const { dev, ino } = fstatSync(2);
  expect(linesOf({ env: { JOURNAL_STREAM: `${dev}:${ino}` } }, sayHello)[0]).toMatch(/^<6>hello/);
  expect(linesOf({ env: { JOURNAL_STREAM: `${dev}:${ino + 1}` } }, sayHello)[0]).toMatch(/^\{/);
});
