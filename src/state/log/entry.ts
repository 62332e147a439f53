import type { Sample } from '../../domain/sample.ts';
import type { JournalPosition } from '../../domain/stateStore.ts';
import type { StreamId } from '../../domain/streamId.ts';

/**
 * What shaped the learners, in the order in which it did. Replaying the entries after a snapshot on top of it gives the state
 * of a process that never died.
 *
 * - `sample`: a sample that was let in, with the effort that was decided for it.
 * - `message`: a message with QoS 1 or 2 was received; the samples after it are its own. What is sent again is known by it.
 * - `session`: the broker has a new session: packet ids before and after have nothing to do with each other.
 * - `forget`: the stream was forgotten with all that was learned.
 * - `retell`: what the journal has said of the stream's samples follows again, as `retold`; the old place is of no use any more.
 * - `retold`: a sample that had another position before.
 */
export type JournalEntry =
  | { readonly kind: 'sample'; readonly sample: Sample }
  | { readonly kind: 'message'; readonly packetId: number; readonly checksum: number }
  | { readonly kind: 'session' }
  | { readonly kind: 'forget'; readonly stream: StreamId }
  | { readonly kind: 'retell'; readonly stream: StreamId }
  | { readonly kind: 'retold'; readonly sample: Sample; readonly original: JournalPosition };
