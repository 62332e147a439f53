import { FollowingMap } from '../domain/followingMap.ts';
import type { StoreOpening } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { EpochMs } from '../domain/time.ts';
import type { RedoLog } from './log/redoLog.ts';
import { newResidency, noteAdoptedBefore, residencyOf, type StreamResidency } from './streamResidency.ts';

export interface OpenResidenciesOptions {
  readonly opening: StoreOpening;
  readonly redoLog: RedoLog;
}

export interface OpenedResidencies {
  readonly residencies: FollowingMap<StreamId, StreamResidency>;
  /** Streams that were forgotten, and whose snapshots are on the medium still. */
  readonly forgotten: readonly StreamId[];
}

/**
 * Residencies at the start: streams with snapshots, and those of which the journal has more. Snapshots of before a stream was forgotten are of none: they
 * are left where the process before was killed just then.
 */
export function openResidencies({ opening, redoLog }: OpenResidenciesOptions, now: EpochMs): OpenedResidencies {
  const residencies = new FollowingMap<StreamId, StreamResidency>();
  const forgotten: StreamId[] = [];
  for (const stored of opening.streams) {
    const { stream } = stored;
    const generations = stored.generations.filter(({ position }) => !redoLog.isVoid(stream, position));
    if (generations.length === 0) {
      forgotten.push(stream);
      continue;
    }
    const residency = residencyOf({ ...stored, generations });
    noteAdoptedBefore(residency, redoLog.adoptionsOf(stream));
    residencies.set(stream, residency);
  }
  for (const stream of redoLog.streams())
    if (!residencies.has(stream)) residencies.set(stream, newResidency(now, 'stored'));
  return { residencies, forgotten };
}
