import type { CarryReport } from '../../domain/carryReport.ts';
import type { StoredSnapshot, StoredStream } from '../../domain/stateStore.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { LearnerSettings } from '../../domain/streamSettings.ts';
import { readLearner } from '../../hosts/export/storedState.ts';
import { planFor } from '../../learner/carryOver/planFor.ts';

/** Fate of one stream whose state is kept, under a configuration. */
export interface StreamFate extends CarryReport {
  readonly stream: StreamId;
}

export interface StateFates {
  readonly streams: readonly StreamFate[];
  /** Streams that the configuration does not have: their state is kept and waits. */
  readonly without: readonly StreamId[];
  /** Streams whose state cannot be read. */
  readonly unreadable: readonly StreamId[];
}

/** Where the kept states are. */
interface Snapshots {
  list(): readonly StoredStream[];
  load(stream: StreamId, below: number): StoredSnapshot | undefined;
}

/** @param settingsOf settings that a stream would have; undefined: the configuration does not have it */
export function planOfState(
  snapshots: Snapshots,
  settingsOf: (stream: StreamId) => LearnerSettings | undefined,
): StateFates {
  const streams: StreamFate[] = [];
  const without: StreamId[] = [];
  const unreadable: StreamId[] = [];
  const names = snapshots.list().map(({ stream }) => stream);
  for (const stream of names.sort()) {
    const settings = settingsOf(stream);
    const report = settings === undefined ? undefined : reportOf(snapshots, stream, settings);
    if (settings === undefined) without.push(stream);
    else if (report === undefined) unreadable.push(stream);
    else streams.push({ stream, ...report });
  }
  return { streams, without, unreadable };
}

function reportOf(snapshots: Snapshots, stream: StreamId, settings: LearnerSettings): CarryReport | undefined {
  const snapshot = snapshots.load(stream, Number.POSITIVE_INFINITY);
  if (snapshot === undefined) return undefined;
  try {
    return planFor(readLearner(snapshot.bytes), settings);
  } catch {
    // Not whole, or of a later version: the daemon says which when it starts.
    return undefined;
  }
}
