import { LOG_LEVELS, type LogLevel } from '../domain/logLevel.ts';
import { boundFields } from './boundFields.ts';
import { detectLogFormat } from './detectLogFormat.ts';
import { createJsonLine } from './jsonLine.ts';
import type { AdjustableLog, Log, LogOptions } from './log.ts';
import { createLogLine } from './logLine.ts';

/** Bytes that may wait for a reader that does not read: lines beyond are left out. */
const MOST_WAITING = 1_048_576;

/** Messages for people (on a terminal), for the journal (it adds the time itself), or for collectors (JSON lines). */
export function createLog(options: LogOptions): AdjustableLog {
  const { stream, level } = options;
  // The reader of our messages may go: no reason to stop forecasting, and there is no other place to report it.
  stream.on('error', () => undefined);
  const format = options.format === 'auto' ? detectLogFormat(options) : options.format;
  const line = format === 'json' ? createJsonLine(options) : createLogLine(format, options);
  let leftOut = 0;
  const write: (severity: LogLevel, ...entry: Parameters<Log[LogLevel]>) => void = (severity, message, fields) => {
    if (stream.writableLength > MOST_WAITING) {
      leftOut++;
      return;
    }
    if (leftOut > 0)
      stream.write(`${line('warning', 'log lines left out: their reader was too slow', { count: leftOut })}\n`);
    leftOut = 0;
    stream.write(`${line(severity, message, fields && boundFields(fields))}\n`);
  };
  const at =
    (severity: LogLevel): Log[LogLevel] =>
    (message, fields) => {
      if (LOG_LEVELS.indexOf(severity) <= LOG_LEVELS.indexOf(log.threshold)) write(severity, message, fields);
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
