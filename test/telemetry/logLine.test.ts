import { describe, expect, it } from 'vitest';
import type { LogLevel } from '../../src/domain/logLevel.ts';
import { createLogLine, type LogLine } from '../../src/telemetry/logLine.ts';
import { createCapture, createHandClock } from './capture.ts';

const EVIL = 'sensor\u001b[2J\nerror: forged\u2028\u202egnp';

function lineFor(format: 'pretty' | 'journald', env: Record<string, string> = {}, isTTY = true): LogLine {
  return createLogLine(format, { env, stream: createCapture({ isTTY }), clock: createHandClock() });
}

describe('createLogLine', () => {
  it('colours the level on a terminal that wants colours, and only there', () => {
    const esc = '\u001b';
    expect(lineFor('pretty')('error', 'm')).toContain(`${esc}[31merror  ${esc}[39m m`);
    expect(lineFor('pretty', { NO_COLOR: '1' })('error', 'm')).not.toContain(esc);
    expect(lineFor('pretty', { TERM: 'dumb' })('error', 'm')).not.toContain(esc);
    expect(lineFor('pretty', {}, false)('error', 'm')).not.toContain(esc);
  });

  it.each(['pretty', 'journald'] as const)('lets no topic forge a line or move the cursor (%s)', (format) => {
    const line = lineFor(format, { NO_COLOR: '1' })('warning', 'dropped', { topic: EVIL });
    expect(line).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
    expect(line).toContain('sensor');
  });

  it('puts a stack below the message for people, and on the same line for the journal', () => {
    const error = 'Error: no\n    at f (x.ts:1)\r\n    at \u001b[31mg';
    expect(lineFor('pretty', { NO_COLOR: '1' })('error', 'failed', { stream: 's', error })).toMatch(
      /failed \(stream: s\)\n {4}Error: no\n {4}at f \(x\.ts:1\)\n {4}at �\[31mg$/,
    );
    expect(lineFor('journald')('error', 'failed', { error })).toBe('<3>failed | Error: no | at f (x.ts:1) | at �[31mg');
  });

  it.each<[LogLevel, string]>([
    ['error', '<3>m'],
    ['warning', '<4>m'],
    ['info', '<6>m'],
    ['debug', '<7>m'],
  ])('gives %s the priority of syslog', (level, line) => {
    expect(lineFor('journald')(level, 'm', { nothing: undefined })).toBe(line);
  });
});
