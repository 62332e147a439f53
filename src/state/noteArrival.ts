import type { JournalPosition } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { RedoLog } from './log/redoLog.ts';
import type { RestoreResult } from './stateRestorer.ts';
import { adoptedIn, needJournal, noteBase, type StreamResidency } from './streamResidency.ts';

export interface ArrivalOptions {
  readonly redoLog: RedoLog;
  /** Fewest inputs that make a stream worth keeping when it has to leave. */
  readonly leastSamples: number;
  /** Position of the first input that waits for the stream. */
  readonly first: JournalPosition;
}

/** The stream is with its learner: notes what that has, and what the journal is still needed for. */
export function noteArrival(
  stream: StreamId,
  residency: StreamResidency,
  result: RestoreResult,
  { redoLog, leastSamples, first }: ArrivalOptions,
): void {
  const { outcome, tail, firstTail, base } = result;
  const adoptedAt = adoptedIn(residency, redoLog.adoptionsOf(stream));
  const isOlder = base !== undefined && noteBase(residency, base);
  redoLog.drop(stream);
  // Where the command to forget waits behind the tail, nothing of the tail lasts.
  if (residency.voidUpTo >= first) return;
  residency.newInputs += tail.length;
  residency.inputs += tail.length + (outcome === 'restored' ? leastSamples : 0);
  residency.redoFrom = firstTail ?? residency.redoFrom;
  residency.redoFromPrevious = firstTail ?? residency.redoFromPrevious;
  residency.isSealed = outcome === 'newer' || outcome === 'unreadable';
  if (isOlder) needJournal(residency, base + 1);
  if (adoptedAt !== undefined) needJournal(residency, adoptedAt);
}
