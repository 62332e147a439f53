import { fstatSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { type Logger, pino } from 'pino';
import { toPrintable } from '../adapters/terminal/toPrintable.ts';
import type { LogSettings } from '../config/config.ts';

export type LogLevel = LogSettings['level'];

/** Flat facts beside the message. Never a secret. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export type Log = Readonly<Record<LogLevel, (message: string, fields?: LogFields) => void>>;

export interface LogOptions extends LogSettings {
  /** stderr: stdout belongs to results. */
  readonly stream: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
}

const LEVELS: readonly LogLevel[] = ['error', 'warning', 'info', 'debug'];
/** Priorities of syslog(3), which journald reads from the start of a line. */
const PRIORITIES: Readonly<Record<LogLevel, number>> = { error: 3, warning: 4, info: 6, debug: 7 };
const COLORS = { error: 'red', warning: 'yellow', info: 'green', debug: 'gray' } as const;

/** Messages for people (on a terminal), for the journal (it adds the time itself), or for collectors (JSON lines). */
export function createLog(options: LogOptions): Log {
  const format = options.format === 'auto' ? detectFormat(options) : options.format;
  if (format === 'json') return createJsonLog(options);
  const wanted = LEVELS.indexOf(options.level);
  const line = format === 'journald' ? journaldLine : createPrettyLine(options);
  const at = (level: LogLevel): Log[LogLevel] => {
    if (LEVELS.indexOf(level) > wanted) return () => undefined;
    return (message, fields) => options.stream.write(`${line(level, `${message}${formatFields(fields)}`)}\n`);
  };
  return { error: at('error'), warning: at('warning'), info: at('info'), debug: at('debug') };
}

function createJsonLog({ level, stream }: LogOptions): Log {
  const logger: Logger<LogLevel> = pino(
    {
      level,
      base: null,
      messageKey: 'msg',
      customLevels: { error: 50, warning: 40, info: 30, debug: 20 },
      useOnlyCustomLevels: true,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    stream,
  );
  const at =
    (name: LogLevel): Log[LogLevel] =>
    (message, fields) =>
      logger[name](fields ?? {}, message);
  return { error: at('error'), warning: at('warning'), info: at('info'), debug: at('debug') };
}

/** systemd names device and inode of the journal's socket; only if they are our stderr's does anyone read priorities. */
function detectFormat({ env, stream }: LogOptions): 'pretty' | 'journald' | 'json' {
  const journal = env['JOURNAL_STREAM'];
  if (journal !== undefined) {
    const { dev, ino } = fstatSync(2);
    if (journal === `${dev}:${ino}`) return 'journald';
  }
  return stream.isTTY ? 'pretty' : 'json';
}

function journaldLine(level: LogLevel, text: string): string {
  // A line break would begin a second entry without a priority.
  return `<${PRIORITIES[level]}>${toPrintable(text.replaceAll(/[\r\n]+/g, ' | '))}`;
}

function createPrettyLine({ env, stream }: LogOptions): (level: LogLevel, text: string) => string {
  const hasColor = stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return (level, text) => {
    const time = new Date().toLocaleTimeString('en-GB');
    const label = level.padEnd(7);
    const painted = hasColor ? styleText(COLORS[level], label, { validateStream: false }) : label;
    // Topics come from outside: indented, a line break in one cannot forge an entry.
    const lines = text.split(/\r?\n/).map(toPrintable);
    return `${time} ${painted} ${lines.join('\n    ')}`;
  };
}

function formatFields(fields: LogFields | undefined): string {
  if (fields === undefined) return '';
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return known.length === 0 ? '' : ` (${known.map(([name, value]) => `${name}: ${value}`).join(', ')})`;
}
