import type { StateSettings } from '../config/config.ts';
import type { Report } from '../domain/events.ts';
import type { LearnerHost } from '../domain/learnerHost.ts';
import { NO_NOTE } from '../domain/note.ts';
import type { RepeatDetector } from '../domain/receipt.ts';
import type { StateStore } from '../domain/stateStore.ts';
import type { Clock, Delay } from '../domain/time.ts';
import type { CheckpointLimits } from './checkpoints.ts';
import type { NameOf } from './log/nameOf.ts';
import type { NoteFile } from './poisonDetector.ts';

export interface StateNotes {
  readonly poison: NoteFile;
  /** The journal position of the newest session: a kill is survived by it even before the journal is on the medium. */
  readonly session: NoteFile;
  /** Acknowledgements that the source has shown to have seen. */
  readonly settled: NoteFile;
}

/** Nothing outlives the process. */
export const NO_NOTES: StateNotes = { poison: NO_NOTE, session: NO_NOTE, settled: NO_NOTE };

export interface DurableStateOptions {
  readonly store: StateStore;
  /** Names of streams by those that the journal has. Default: the same. */
  readonly nameOf?: NameOf | undefined;
  readonly settings: StateSettings;
  /** Brings the states of streams back to their machines. */
  readonly host: Pick<LearnerHost, 'restore' | 'evict'>;
  /** The source's knowledge of what it may give again; empty. */
  readonly repeats: RepeatDetector;
  readonly clock: Clock;
  readonly delay: Delay;
  readonly report: Report;
  /** Fewest inputs that make a stream worth keeping when it has to leave. */
  readonly leastSamples: number;
  /** Notes that outlive the process and not a power cut. Default: none. */
  readonly notes?: StateNotes;
  /** Bytes that notes beside the store have written so far. Default: none. */
  readonly bytesBeside?: () => number;
  /** Default: those of a daemon that runs for years. */
  readonly limits?: CheckpointLimits;
  /** Number of entries that makes a commit due. Default: as the durability has it. */
  readonly mostEntries?: number;
  /** Bytes that wait for a medium that takes nothing. */
  readonly mostJournalPending?: number | undefined;
  /** Bytes of states of streams that made room, and that wait for the medium. Default: an eighth of the default of `limits.memory`. */
  readonly mostLeavingBytes?: number | undefined;
}
