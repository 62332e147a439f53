import { toIsoTime } from '../domain/time.ts';
import type { LogOptions } from './log.ts';
import type { LogLine } from './logLine.ts';

/** A log entry as one line of JSON: level, time, the facts in their order, the message. Facts that are undefined are left out. */
export function createJsonLine({ clock }: Pick<LogOptions, 'clock'>): LogLine {
  return (level, message, fields = {}) => {
    const members = [`"level":"${level}"`, `"time":"${toIsoTime(clock.now())}"`];
    for (const [name, value] of Object.entries(fields)) {
      if (value !== undefined) members.push(`${JSON.stringify(name)}:${toJson(value)}`);
    }
    return `{${members.join(',')},"msg":${toJson(message)}}`;
  };
}

/** Half a surrogate pair has no bytes in UTF-8: it becomes `�`, as it does where text is encoded. */
function toJson(value: string | number | boolean): string {
  return JSON.stringify(typeof value === 'string' ? Buffer.from(value).toString() : value);
}
