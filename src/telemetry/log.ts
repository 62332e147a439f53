import type { Writable } from 'node:stream';
import type { LogSettings } from '../config/config.ts';
import type { LogLevel } from '../domain/logLevel.ts';
import type { Clock } from '../domain/time.ts';

/** Flat facts beside the message. Never a secret. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export type Log = Readonly<Record<LogLevel, (message: string, fields?: LogFields) => void>>;

/** A log whose threshold can be changed while it is in use. */
export interface AdjustableLog extends Log {
  /** The least severe level that is written. */
  threshold: LogLevel;
}

export interface LogOptions extends LogSettings {
  /** stderr: stdout belongs to results. */
  readonly stream: Writable & { readonly isTTY?: boolean; readonly fd?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}
