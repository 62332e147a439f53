import type { StreamId } from '../../domain/streamId.ts';
import type { EpochMs } from '../../domain/time.ts';

/** The moment names it: one stream starts at most one alarm at a time. */
export function alarmIdOf(stream: StreamId, start: EpochMs): string {
  return `${stream}@${start}`;
}
