import * as v from 'valibot';
import { ALARM_CHANNELS, ALARM_VERDICTS, type PastAlarm } from '../../domain/alarm.ts';
import { isStreamId, type StreamId } from '../../domain/streamId.ts';
import { type EpochMs, isRepresentable } from '../../domain/time.ts';

const number = v.nullable(v.number());
const count = v.pipe(v.number(), v.minValue(0));
const channel = v.picklist(ALARM_CHANNELS);
const time = v.custom<EpochMs>((at) => typeof at === 'number' && isRepresentable(at));

/** Longest id of an alarm, in UTF-16 units: a stream and a moment. */
const LONGEST_ID = 256;

const alarm = v.object({
  id: v.pipe(v.string(), v.maxLength(LONGEST_ID)),
  stream: v.custom<StreamId>((text) => typeof text === 'string' && isStreamId(text)),
  start: time,
  end: v.nullable(time),
  score: number,
  channel: v.nullable(channel),
  y: number,
  yhat: number,
  yhatLower: number,
  yhatUpper: number,
  knownLow: number,
  knownHigh: number,
  verdict: v.nullable(v.picklist(ALARM_VERDICTS)),
  evidence: v.nullable(
    v.object({
      channel,
      rows: count,
      low: v.number(),
      high: v.number(),
      jump: count,
      still: count,
      // Lines of versions before have none.
      restless: v.optional(count, 0),
      averages: v.tuple([count, count]),
    }),
  ),
});

/** One line of the notes. Numbers that JSON does not have are null. */
export function toAlarmLine(past: PastAlarm): string {
  return JSON.stringify(past);
}

/** @returns undefined for a text that is no alarm */
export function readAlarmLine(line: string): PastAlarm | undefined {
  try {
    const found = v.safeParse(alarm, JSON.parse(line));
    return found.success ? found.output : undefined;
  } catch {
    return undefined;
  }
}
