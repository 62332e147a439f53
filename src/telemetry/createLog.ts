import { detectLogFormat } from './detectLogFormat.ts';
import { createJsonLine } from './jsonLine.ts';
import type { Log, LogLevel, LogOptions } from './log.ts';
import { createLogLine } from './logLine.ts';

const LEVELS: readonly LogLevel[] = ['error', 'warning', 'info', 'debug'];

/** Messages for people (on a terminal), for the journal (it adds the time itself), or for collectors (JSON lines). */
export function createLog(options: LogOptions): Log {
  const { stream, level: least } = options;
  // The reader of our messages may go: no reason to stop forecasting, and there is no other place to report it.
  stream.on('error', () => undefined);
  const format = options.format === 'auto' ? detectLogFormat(options) : options.format;
  const line = format === 'json' ? createJsonLine(options) : createLogLine(format, options);
  const at = (level: LogLevel): Log[LogLevel] => {
    if (LEVELS.indexOf(level) > LEVELS.indexOf(least)) return () => undefined;
    return (message, fields) => stream.write(`${line(level, message, fields)}\n`);
  };
  return { error: at('error'), warning: at('warning'), info: at('info'), debug: at('debug') };
}
