import { LOG_LEVELS, type LogLevel } from '../domain/logLevel.ts';
import { detectLogFormat } from './detectLogFormat.ts';
import { createJsonLine } from './jsonLine.ts';
import type { AdjustableLog, Log, LogOptions } from './log.ts';
import { createLogLine } from './logLine.ts';

/** Messages for people (on a terminal), for the journal (it adds the time itself), or for collectors (JSON lines). */
export function createLog(options: LogOptions): AdjustableLog {
  const { stream, level } = options;
  // The reader of our messages may go: no reason to stop forecasting, and there is no other place to report it.
  stream.on('error', () => undefined);
  const format = options.format === 'auto' ? detectLogFormat(options) : options.format;
  const line = format === 'json' ? createJsonLine(options) : createLogLine(format, options);
  const at =
    (severity: LogLevel): Log[LogLevel] =>
    (message, fields) => {
      if (LOG_LEVELS.indexOf(severity) <= LOG_LEVELS.indexOf(log.threshold))
        stream.write(`${line(severity, message, fields)}\n`);
    };
  const log: AdjustableLog = {
    threshold: level,
    error: at('error'),
    warning: at('warning'),
    info: at('info'),
    debug: at('debug'),
  };
  return log;
}
