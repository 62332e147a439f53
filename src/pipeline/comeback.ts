import type { Sample } from '../domain/sample.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Recollection } from '../state/recall.ts';

/** A stream that comes back: what its learner has to hear first, and the samples that wait for it. */
export interface Comeback {
  readonly stream: StreamId;
  readonly recollection: Recollection;
  readonly waiting: readonly Sample[];
  isOpened: boolean;
  /** The process may have died of its tail: it is replayed one by one. */
  isSuspect: boolean;
  /** Samples of tail and waiting that have gone. */
  place: number;
}

/** Whether readings wait for it. */
export function isUrgent({ waiting }: Comeback): boolean {
  return waiting.length > 0;
}

/** What a tail is called where it may be to blame. */
export function keyOf(stream: StreamId): string {
  return `journal ${stream}`;
}

/** What a sample of a tail is called where it may be to blame. */
export function keyOfNext({ stream, recollection, place }: Comeback): string {
  const { at, origin } = recollection.tail.at(place) as Sample;
  // A clock that stands still says the same time again and again.
  return `${keyOf(stream)} ${origin?.arrival ?? at}`;
}
