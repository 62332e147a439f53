import type { StreamId } from './streamId.ts';
import type { EpochMs } from './time.ts';

/**
 * Channels of the score that can lead to an alarm. `errors`: the forecasts of the last rows were worse than usual. `jump`: one reading was
 * further off than ever before. `range`: a reading left everything seen before. `still`: the reading stands still for longer than ever.
 * `limit`: a reading left the configured range.
 */
export const ALARM_CHANNELS = ['errors', 'jump', 'range', 'still', 'limit'] as const;
export type AlarmChannel = (typeof ALARM_CHANNELS)[number];

/** Judgement of somebody who knows. `normal`: it was none. `fault`: it was one. */
export const ALARM_VERDICTS = ['normal', 'fault'] as const;
export type AlarmVerdict = (typeof ALARM_VERDICTS)[number];

/** Cause of an alarm, as its first strange reading found it: later the alarm itself has widened what is known. */
export interface AlarmReason {
  readonly channel: AlarmChannel;
  /** The lowest and the highest reading before it, in the sensor's unit; NaN: there was none. */
  readonly knownLow: number;
  readonly knownHigh: number;
}

/** Measures of an alarm from its first strange reading to its last: by these a verdict knows the same pattern again. */
export interface AlarmEvidence {
  readonly channel: AlarmChannel;
  readonly rows: number;
  /** The lowest and the highest reading, in the sensor's unit. */
  readonly low: number;
  readonly high: number;
  /** The largest error of the first watched expert, in the sensor's unit; 0: there was none. */
  readonly jump: number;
  /** Readings in a row that were equal, at most. */
  readonly still: number;
  /** The largest restlessness of its readings (`restlessnessOf`), in the sensor's unit. 0: they were not restless, or it is not known. */
  readonly restless: number;
  /** The largest average of errors of each watched expert, in usual errors; two, 0 where there is one alone. */
  readonly averages: readonly [number, number];
}

/** One alarm of a stream, with what was known at its start. Numbers that are not known are null. */
export interface PastAlarm {
  /** The id of the messages of its start and its end. */
  readonly id: string;
  readonly stream: StreamId;
  readonly start: EpochMs;
  /** null: it goes on. */
  readonly end: EpochMs | null;
  /** The largest score. */
  readonly score: number | null;
  readonly channel: AlarmChannel | null;
  /** Reading at the start, what was expected of it, and the interval. */
  readonly y: number | null;
  readonly yhat: number | null;
  readonly yhatLower: number | null;
  readonly yhatUpper: number | null;
  /** The range of all readings before it. */
  readonly knownLow: number | null;
  readonly knownHigh: number | null;
  readonly verdict: AlarmVerdict | null;
  /** null: it goes on, or its end was not seen. */
  readonly evidence: AlarmEvidence | null;
}

export interface AlarmQuery {
  /** Default: all. */
  readonly stream?: StreamId | undefined;
  /** Alarms that had not ended before. Default: all. */
  readonly from?: EpochMs | undefined;
  /** true: those that go on; false: those that have ended. Default: both. */
  readonly isOpen?: boolean | undefined;
}

/** Port: the alarms of before and of now. */
export interface Alarms {
  /** Those that go on first, then the newest first. */
  list(query?: AlarmQuery): readonly PastAlarm[];
  /** @param id of an alarm; `last`: the newest of the stream */
  find(stream: StreamId, id: string): PastAlarm | undefined;
  /** The alarm of the stream that goes on. */
  running(stream: StreamId): PastAlarm | undefined;
  /** Notes what somebody has said of it. */
  judge(id: string, verdict: AlarmVerdict): void;
  /** Alarms that were forgotten because there was no room for them. */
  readonly forgotten: number;
}
