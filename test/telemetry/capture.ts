import { Writable } from 'node:stream';
import type { LogLevel } from '../../src/domain/logLevel.ts';
import { type Clock, toEpochMs } from '../../src/domain/time.ts';
import type { AdjustableLog, Log, LogFields, LogOptions } from '../../src/telemetry/log.ts';

/** A stderr that keeps what was written to it. */
export function createCapture(more: { isTTY?: boolean; fd?: number } = {}): LogOptions['stream'] & { text(): string } {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return Object.assign(stream, more, { text: () => text });
}

export type LogEntry = readonly [level: LogLevel, message: string, fields: LogFields | undefined];

/** A log that keeps its entries. */
export function createListLog(): { readonly log: AdjustableLog; readonly entries: LogEntry[] } {
  const entries: LogEntry[] = [];
  const at =
    (level: LogLevel): Log[LogLevel] =>
    (message, fields) =>
      void entries.push([level, message, fields]);
  return {
    log: { threshold: 'debug', error: at('error'), warning: at('warning'), info: at('info'), debug: at('debug') },
    entries,
  };
}

export function createHandClock(start = 0): Clock & { set(ms: number): void } {
  let now = start;
  return {
    now: () => toEpochMs(now),
    set(ms) {
      now = ms;
    },
  };
}
