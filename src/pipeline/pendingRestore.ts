import type { Report } from '../domain/events.ts';
import type { StreamId } from '../domain/streamId.ts';
import { isReading, isReturn, type Return, type StreamInput } from '../domain/streamInput.ts';
import type { RestorePort } from '../state/durableState.ts';
import type { PoisonDetector } from '../state/poisonDetector.ts';
import type { RestoreResult } from '../state/stateRestorer.ts';

/** A stream that comes back: what its learner has to hear first, and the inputs that wait for it. */
export interface PendingRestore {
  readonly stream: StreamId;
  readonly result: RestoreResult;
  readonly waiting: StreamInput[];
  isOpened: boolean;
  /** The process may have died of its tail: it is replayed one by one. */
  isSuspect: boolean;
  /** Number of inputs of tail and waiting that have gone. */
  place: number;
  /** An order to go on with another state that waited, and what came after it; undefined: there is none. */
  next: [order: Return, rest: StreamInput[]] | undefined;
}

/** @returns whether inputs wait for it */
export function isUrgent({ waiting }: PendingRestore): boolean {
  return waiting.length > 0;
}

/** Name of a tail where it may be to blame. */
export function keyOf(stream: StreamId): string {
  return `journal ${stream}`;
}

/** Name of the next input of a tail where it may be to blame. */
export function keyOfNext({ stream, result, place }: PendingRestore): string {
  const input = result.tail.at(place) as StreamInput;
  // A clock that stands still says the same time again and again.
  const arrival = isReading(input) ? input.origin?.arrival : undefined;
  return `${keyOf(stream)} ${arrival ?? input.at}`;
}

/** Tells if the next input of a tail is left out, and reports it. */
export function isQuarantined(
  pending: PendingRestore,
  { poison, report }: { readonly poison: PoisonDetector; readonly report: Report },
): boolean {
  if (!poison.isQuarantined(keyOfNext(pending))) return false;
  report({ type: 'InputDropped', reason: 'quarantined', topic: pending.stream });
  return true;
}

/** There is no room for the stream: what waits for it comes to nothing. */
export function refuseAll(
  waiting: readonly StreamInput[],
  { residency, report }: { readonly residency: Pick<RestorePort, 'orders'>; readonly report: Report },
): void {
  for (const input of waiting) {
    report({ type: 'InputDropped', reason: 'no-memory', topic: input.stream });
    if (isReturn(input)) residency.orders?.giveUp(input);
  }
}
