import type { PastAlarm } from '../../domain/alarm.ts';
import { toIsoTime } from '../../domain/time.ts';

/** An alarm as it is shown outside: in answers of the bridge and in the page. */
export interface AlarmView {
  readonly id: string;
  readonly stream: string;
  readonly start: string;
  readonly end: string | null;
  readonly score: number | null;
  readonly channel: PastAlarm['channel'];
  readonly y: number | null;
  readonly yhat: number | null;
  readonly yhat_lower: number | null;
  readonly yhat_upper: number | null;
  readonly known_low: number | null;
  readonly known_high: number | null;
  readonly verdict: PastAlarm['verdict'];
}

export function toAlarmView(alarm: PastAlarm): AlarmView {
  const { id, stream, start, end, score, channel, y, yhat, verdict } = alarm;
  return {
    id,
    stream,
    start: toIsoTime(start),
    end: end === null ? null : toIsoTime(end),
    score,
    channel,
    y,
    yhat,
    yhat_lower: alarm.yhatLower,
    yhat_upper: alarm.yhatUpper,
    known_low: alarm.knownLow,
    known_high: alarm.knownHigh,
    verdict,
  };
}
