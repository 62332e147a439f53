import type { DropReason } from '../domain/dropReason.ts';
import type { KeptOutCause, PublishDropCause } from '../domain/events.ts';
import type { HttpErrorCode } from '../domain/httpErrors.ts';

/** Events since the start, by kind. Plain numbers: an event of the healthy path only adds to them. */
export class Counters {
  received = 0;
  /** Labels for streams, before a learner has judged them. */
  labels = 0;
  readonly dropped: Map<DropReason, number> = new Map();
  /** Numbers that automatic choice passed over, because devices send them about themselves. */
  passedOver = 0;
  /** Further inputs that a message lacked, by reason. */
  readonly inputsMissing: Map<DropReason, number> = new Map();
  /** Configured fields that no message has had so far, as `filter field`. */
  readonly fieldsNeverSeen: Set<string> = new Set();
  /** Streams that two senders feed, and the key that tells them apart; the first of them. */
  readonly sendersMixed: Map<string, string> = new Map();
  /** Messages that never came, as the numbers of their senders show. */
  messagesMissed = 0;
  /** Requests to nodes of Sparkplug B. */
  birthsWanted = 0;
  timesReplaced = 0;
  clocksSetBack = 0;
  streamsStarted = 0;
  streamsEvicted = 0;
  issued = 0;
  withheld = 0;
  published = 0;
  readonly publishDropped: Map<PublishDropCause, number> = new Map();
  connects = 0;
  disconnects = 0;
  /** Connections, topic filters and client ids that the broker would not have. */
  refusals = 0;
  /** Steps that less was learned from than could have been. */
  learningThinned = 0;
  /** Readings that the networks learned nothing from, as they were told. */
  readonly keptOut: Map<KeptOutCause, number> = new Map();
  /** Level of load shedding; 0: everything is learned. */
  overloadLevel = 0;
  streamsRecalled = 0;
  statesRefused = 0;
  /** Readings of old journals whose further inputs have no names. */
  inputsUnnamed = 0;
  snapshotsSaved = 0;
  snapshotsFailed = 0;
  storeFailures = 0;
  updatesSkipped = 0;
  networksRolledBack = 0;
  networksFrozen = 0;
  failures = 0;
  /** Requests that were done, refused, and not answered. */
  requests = 0;
  requestsRefused = 0;
  requestsIgnored = 0;
  /** Requests to the page that were refused, by code. */
  readonly httpRefused: Map<HttpErrorCode, number> = new Map();
  /** Pages that took nothing any more, and were cut off. */
  pageClientsDropped = 0;

  /** Drops of all reasons. */
  get droppedInAll(): number {
    let sum = 0;
    for (const count of this.dropped.values()) sum += count;
    return sum;
  }
}

export function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
