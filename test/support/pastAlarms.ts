import type { AlarmEvidence, PastAlarm } from '../../src/domain/alarm.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { toEpochMs } from '../../src/domain/time.ts';

export const evidenceOf = (changes: Partial<AlarmEvidence> = {}): AlarmEvidence => ({
  channel: 'range',
  rows: 3,
  low: 20,
  high: 90,
  jump: 70,
  still: 2,
  restless: 0.5,
  averages: [3.5, 2],
  ...changes,
});

/** An alarm of a stream that started at that time and goes on. */
export const alarmOf = (stream: string, start: number, changes: Partial<PastAlarm> = {}): PastAlarm => ({
  id: `${stream}@${start}`,
  stream: stream as StreamId,
  start: toEpochMs(start),
  end: null,
  score: 2.5,
  channel: 'range',
  y: 90,
  yhat: 20,
  yhatLower: 19,
  yhatUpper: 21,
  knownLow: 15,
  knownHigh: 25,
  verdict: null,
  evidence: null,
  ...changes,
});
