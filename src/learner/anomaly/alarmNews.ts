import type { AlarmNews } from '../../domain/events.ts';
import { toEpochMs } from '../../domain/time.ts';
import type { HorizonTrack } from '../horizonTrack.ts';
import type { Observation } from '../observation.ts';
import type { Anomaly } from './anomaly.ts';

/** The news that an alarm has started or ended in this row. @param track of the smallest horizon */
export function alarmNews(
  { isActive, alarm, episode }: Anomaly,
  { at, raw }: Observation,
  { expected, expectedLower, expectedUpper }: HorizonTrack,
): AlarmNews {
  const start = toEpochMs(alarm.startedAt);
  if (!isActive) return { type: 'AlarmEnded', start, at: toEpochMs(at), score: alarm.peak, evidence: episode.evidence };
  const expectation = { yhat: expected, yhatLower: expectedLower, yhatUpper: expectedUpper };
  return { type: 'AlarmStarted', start, y: raw, ...expectation, ...episode.reason };
}
