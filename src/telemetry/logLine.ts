import { styleText } from 'node:util';
import { toPrintable } from '../adapters/terminal/toPrintable.ts';
import type { LogLevel } from '../domain/logLevel.ts';
import type { LogFields, LogOptions } from './log.ts';

export type LogLine = (level: LogLevel, message: string, fields?: LogFields) => string;

/** Priorities of syslog(3), which journald reads from the start of a line (sd-daemon(3)). */
const PRIORITIES: Readonly<Record<LogLevel, number>> = { error: 3, warning: 4, info: 6, debug: 7 };
const COLORS = { error: 'red', warning: 'yellow', info: 'green', debug: 'gray' } as const;

/** One log entry as text. Topics and other foreign text in it can neither forge a line nor move the cursor. */
export function createLogLine(
  format: 'pretty' | 'journald',
  options: Pick<LogOptions, 'env' | 'stream' | 'clock'>,
): LogLine {
  return format === 'pretty' ? createPrettyLine(options) : journaldLine;
}

/** One line: the text after a line break would be an entry of its own, without a priority. */
const journaldLine: LogLine = (level, message, fields) =>
  `<${PRIORITIES[level]}>${toLines(message, fields).join(' | ')}`;

function createPrettyLine({ env, stream, clock }: Pick<LogOptions, 'env' | 'stream' | 'clock'>): LogLine {
  const hasColor = stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return (level, message, fields) => {
    const time = new Date(clock.now()).toLocaleTimeString('en-GB');
    const label = level.padEnd(7);
    const shown = hasColor ? styleText(COLORS[level], label, { validateStream: false }) : label;
    return `${time} ${shown} ${toLines(message, fields).join('\n    ')}`;
  };
}

/** The message with its facts, then the lines of an error's stack. */
function toLines(message: string, fields: LogFields = {}): string[] {
  const { error, ...facts } = fields;
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  const list = known.map(([name, value]) => `${name}: ${value}`).join(', ');
  const lines = [known.length === 0 ? message : `${message} (${list})`];
  if (error !== undefined) for (const line of String(error).split('\n')) lines.push(line.trim());
  return lines.map(toPrintable);
}
