import type { StoreOpening } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { EpochMs } from '../domain/time.ts';
import type { RedoLog } from './log/redoLog.ts';
import { newResidency, noteAdoptedBefore, residencyOf, type StreamResidency } from './streamResidency.ts';

/** Residencies at the start: streams with snapshots, and those of which the journal has more. */
export function openResidencies(
  { opening, redoLog }: { readonly opening: StoreOpening; readonly redoLog: RedoLog },
  now: EpochMs,
): Map<StreamId, StreamResidency> {
  const residencies = new Map<StreamId, StreamResidency>();
  for (const stored of opening.streams) {
    const residency = residencyOf(stored);
    noteAdoptedBefore(residency, redoLog.adoptedAt(stored.stream));
    residencies.set(stored.stream, residency);
  }
  for (const stream of redoLog.streams())
    if (!residencies.has(stream)) residencies.set(stream, newResidency(now, 'stored'));
  return residencies;
}
