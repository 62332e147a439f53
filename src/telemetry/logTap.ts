import { LOG_LEVELS, type LogLevel } from '../domain/logLevel.ts';
import type { Clock, EpochMs } from '../domain/time.ts';
import type { AdjustableLog, LogFields } from './log.ts';

/** A line of the log, before a threshold and a format are put on it. */
export interface LogEntry {
  readonly at: EpochMs;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** A log that can be listened to. */
export interface TappedLog extends AdjustableLog {
  /** The least severe level that is published. */
  published: LogLevel | 'off';
  /** Calls the handler for each line of any level, whatever the threshold, behind its writing. @param hear must not throw. @returns ends it */
  listen(hear: (entry: LogEntry) => void): () => void;
}

export interface LogTapOptions {
  readonly clock: Clock;
  /** Level at the start. */
  readonly published: LogLevel | 'off';
}

/** The same log, with its lines. */
export function tapLog(log: AdjustableLog, { clock, published }: LogTapOptions): TappedLog {
  const listeners = new Set<(entry: LogEntry) => void>();
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      log[level](message, fields);
      if (listeners.size === 0) return;
      const entry = { at: clock.now(), level, message, fields };
      for (const hear of listeners) hear(entry);
    };
  return {
    get threshold() {
      return log.threshold;
    },
    set threshold(level) {
      log.threshold = level;
    },
    published,
    listen(hear) {
      listeners.add(hear);
      return () => void listeners.delete(hear);
    },
    error: at('error'),
    warning: at('warning'),
    info: at('info'),
    debug: at('debug'),
  };
}

/** True for a line that a threshold lets through. */
export function isAsSevere(level: LogLevel, threshold: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(threshold);
}
