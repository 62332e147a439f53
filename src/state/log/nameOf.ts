import type { JournalPosition } from '../../domain/stateStore.ts';
import type { StreamId } from '../../domain/streamId.ts';

/** The stream that an entry of the journal is about, by the name that it has there; undefined: none that is there now. */
export type NameOf = (stream: StreamId, position: JournalPosition) => StreamId | undefined;
