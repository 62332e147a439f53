import type { ReceiptKey } from '../../domain/receipt.ts';
import type { JournalPosition } from '../../domain/stateStore.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { InputKind, InputOf, StreamInput } from '../../domain/streamInput.ts';

/**
 * Entries of the journal that are no input of a stream.
 *
 * - `message`: a message that is owed an acknowledgement was received; the inputs after it are its own.
 * - `session`: the source has a new session: keys of messages before and after have nothing to do with each other.
 * - `rewrite`: the inputs of the stream that the journal still holds follow again as `rewritten`; their old places are void.
 * - `rewritten`: an input that had another position before.
 */
type BookEntry =
  | { readonly kind: 'message'; readonly key: ReceiptKey }
  | { readonly kind: 'session' }
  | { readonly kind: 'rewrite'; readonly stream: StreamId }
  | { readonly kind: 'rewritten'; readonly input: StreamInput; readonly original: JournalPosition };

/**
 * One entry of the journal: an input of a stream, or book-keeping. The inputs shaped the learners in this order. Replaying the
 * entries after a snapshot on top of it gives the state of a process that never died.
 */
export type JournalEntry = StreamInput | BookEntry;

export type EntryKind = InputKind | BookEntry['kind'];

export type EntryOf<Kind extends EntryKind> = Kind extends InputKind
  ? InputOf<Kind>
  : Extract<BookEntry, { readonly kind: Kind }>;
