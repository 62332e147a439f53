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
  /** Readings from the first strange one to the last; null while it goes on. */
  readonly readings: number | null;
  /** The largest average of its errors, in usual errors; null while it goes on. */
  readonly error_ratio: number | null;
}

export function toAlarmView(alarm: PastAlarm): AlarmView {
  const { id, stream, start, end, score, channel, y, yhat, verdict, evidence } = alarm;
  const ratio = Math.max(...(evidence?.averages ?? []));
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
    readings: evidence?.rows ?? null,
    error_ratio: Number.isFinite(ratio) ? Math.round(ratio * 100) / 100 : null,
  };
}
