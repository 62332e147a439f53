import type { Logger } from 'pino';
import { toIsoTime } from '../domain/time.ts';
import { detectLogFormat } from './detectLogFormat.ts';
import type { Log, LogLevel, LogOptions } from './log.ts';
import { createLogLine } from './logLine.ts';

const LEVELS: readonly LogLevel[] = ['error', 'warning', 'info', 'debug'];

/** Messages for people (on a terminal), for the journal (it adds the time itself), or for collectors (JSON lines). */
export async function createLog(options: LogOptions): Promise<Log> {
  const { stream, level: least } = options;
  // Whoever read our messages has gone: no reason to stop forecasting, and nobody to tell.
  stream.on('error', () => undefined);
  const format = options.format === 'auto' ? detectLogFormat(options) : options.format;
  if (format === 'json') return createJsonLog(options);
  const line = createLogLine(format, options);
  const at = (level: LogLevel): Log[LogLevel] => {
    if (LEVELS.indexOf(level) > LEVELS.indexOf(least)) return () => undefined;
    return (message, fields) => stream.write(`${line(level, message, fields)}\n`);
  };
  return { error: at('error'), warning: at('warning'), info: at('info'), debug: at('debug') };
}

async function createJsonLog({ level, stream, clock }: LogOptions): Promise<Log> {
  // Loaded only here: 10 MB and 20 ms that neither the journal nor a terminal need.
  const { pino } = await import('pino');
  const logger: Logger<LogLevel> = pino(
    {
      level,
      base: null,
      messageKey: 'msg',
      customLevels: { error: 50, warning: 40, info: 30, debug: 20 },
      useOnlyCustomLevels: true,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"time":"${toIsoTime(clock.now())}"`,
    },
    stream,
  );
  const at =
    (name: LogLevel): Log[LogLevel] =>
    (message, fields) =>
      logger[name](fields ?? {}, message);
  return { error: at('error'), warning: at('warning'), info: at('info'), debug: at('debug') };
}
