import type { LogLevel } from './logLevel.ts';
import type { ChangeOutcome, OptionControl } from './optionControl.ts';
import type { Reloaded } from './reloaded.ts';
import type { Sample } from './sample.ts';
import type { StoredStream } from './stateStore.ts';
import type { StreamId } from './streamId.ts';
import type { Command, Label, SettingsChange } from './streamInput.ts';
import type { EpochMs } from './time.ts';

/** An input of a stream that no message brought. */
type OrderedInput = Label | SettingsChange | Command;

/**
 * Port: gives an input its place among those of its stream. Resolves once that is on the medium, where anything is kept. Where the daemon ends before,
 * it never settles.
 */
export type Submit = (input: OrderedInput) => Promise<void>;

/** Port: the same for readings of recorded history, of one stream and in the order of time; all of them or none have their places. */
export type SubmitHistory = (readings: readonly Sample[]) => Promise<void>;

/** The end of a pause; null: there is none. */
export type PauseEnd = EpochMs | null;

/** The pauses of learning that are in force. */
export interface Pauses {
  /** The end of the pause of all streams; undefined: there is no such pause. */
  readonly all: PauseEnd | undefined;
  readonly streams: ReadonlyMap<StreamId, PauseEnd>;
}

/** Port: streams that learn nothing for a time. */
export interface LearningControl {
  /**
   * @param stream undefined: all
   * @returns whether a restart of the daemon keeps it
   * @throws RangeError where too many streams have pauses of their own
   */
  pause(stream: StreamId | undefined, end: PauseEnd): boolean;
  /** @param stream undefined: all, those with pauses of their own too. @returns as `pause` */
  resume(stream: StreamId | undefined): boolean;
  readonly pauses: Pauses;
}

/** Port: what is logged, and which lines of it are published. */
export interface LogControl {
  /** The least severe level that is logged. */
  threshold: LogLevel;
  /** The least severe level that is published on `bridge/logging`, which may be less severe than what is logged. */
  published: LogLevel | 'off';
}

/**
 * Outcome of an order to go back. `done`: the inputs are omitted, and the state without them is on the medium. `nothing`: there was none to
 * omit. `beyond`: the states and the journal that are kept begin later; the first input that can be omitted came at `reach`, undefined where none can.
 * `missed`: the state to go back to went while the order was on its way, and nothing has changed.
 */
export type Undone =
  | { readonly kind: 'done'; readonly inputs: number }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'beyond'; readonly reach: EpochMs | undefined }
  | { readonly kind: 'missed' };

/** A span of sample time; both ends belong to it. */
export interface TimeSpan {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Port: streams go on as if they had never taken in some of their inputs. One order after the other. Rejects with StoreError where the medium fails. */
export interface Undoing {
  /** Omits all that came after a time. */
  undo(stream: StreamId, since: EpochMs): Promise<Undone>;
  /** Omits the readings of a span. */
  omit(stream: StreamId, span: TimeSpan): Promise<Undone>;
}

/** Port: what can be done to a running daemon. */
export interface Control {
  readonly now: () => EpochMs;
  /** The stream has a learner now, or a state that it comes back with. */
  hasStream(stream: StreamId): boolean;
  readonly submit: Submit;
  readonly submitHistory: SubmitHistory;
  /** Resolves when everything that has gone to the learners so far has been learned. */
  untilLearned(): Promise<void>;
  readonly learning: LearningControl;
  /** Streams that have a learner now. */
  readonly streams: () => Iterable<StreamId>;
  /** undefined: nothing is kept. */
  readonly keeping: Keeping | undefined;
  /** The state folder; undefined: nothing is kept, or not in a folder of ours. */
  readonly folder: string | undefined;
  /** undefined as `folder`. */
  readonly exchange: StateExchange | undefined;
  /** undefined: nothing is kept. */
  readonly undoing: Undoing | undefined;
  /** undefined as `folder`. */
  readonly renaming: Renaming | undefined;
  readonly log: LogControl;
  readonly configuration: Configuration;
}

/** Port: the configuration that is in force, and the one that is written now. */
export interface Configuration {
  /** Reads it again, and puts in force what can be. @throws TidegateError where it is wrong or cannot be read: then everything stays as it is */
  reload(): Reloaded;
  /** Options that wait for a start of the daemon. */
  readonly restartRequired: readonly string[];
  readonly options: OptionControl;
}

export type ExportFormat = 'state' | 'safetensors';

export interface WantedExport {
  readonly stream: StreamId;
  readonly format: ExportFormat;
  /** Name of the file; undefined: one made of stream and time. */
  readonly file: string | undefined;
}

export interface WantedImport {
  /** A file of the folder of exports, or the backup of the store. */
  readonly file: string;
  /** undefined: the one that it was exported of. */
  readonly stream: StreamId | undefined;
  /** Takes a state of other settings too, as far as it fits. */
  readonly isAdapted: boolean;
}

/** A state of before that a stream is to go back to. */
export interface WantedFormer {
  readonly stream: StreamId;
  /** undefined: the older of those that are kept. */
  readonly generation: number | undefined;
}

/** State that a stream has gone back to. */
export interface FormerState {
  readonly stream: StreamId;
  readonly generation: number;
  readonly bytes: number;
}

/** State of a stream in a file. */
export interface ExportedState {
  readonly stream: StreamId;
  /** Below the state folder. */
  readonly file: string;
  readonly bytes: number;
  /** ISO 8601. */
  readonly savedAt: string;
}

/** Findings of a look at everything that is kept. */
export interface VerifiedState {
  readonly streams: number;
  /** Snapshots that are whole, and those that are not. */
  readonly snapshots: number;
  readonly damagedSnapshots: number;
  /** Batches of the journal that are whole, and gaps between them. */
  readonly batches: number;
  readonly journalGaps: number;
}

/** Port: what is kept of streams, and their states as files in one folder below the state folder. All throw RequestError. */
export interface StateExchange {
  list(): Promise<readonly StoredStream[]>;
  /** Reads everything that is kept, and tells what of it is damaged. */
  verify(): Promise<VerifiedState>;
  /** Saves the state, and writes it to a file that is not there yet. */
  export(wanted: WantedExport): Promise<ExportedState>;
  /** Puts the state of a file in the place of what the stream has learned. Resolves once it is on the medium. */
  import(wanted: WantedImport): Promise<ExportedState>;
  /** Puts a state that is kept of the stream in the place of what it has learned since; that of now is kept as one of before. */
  former(wanted: WantedFormer): Promise<FormerState>;
}

/** Another name for a stream, written into the file of the configuration. */
export interface WantedRename {
  readonly stream: StreamId;
  readonly to: StreamId;
  /** Only tells what would happen. */
  readonly isPlan: boolean;
  /** The revision that the sender has seen; undefined: whatever it is now. */
  readonly revision: string | undefined;
}

/** Port: streams that get other names, and keep what they have learned. */
export interface Renaming {
  /** Resolves once the state is on the medium under the new name. Rejects with RequestError */
  rename(wanted: WantedRename): Promise<ChangeOutcome>;
}

/** Port: what is kept, at once and not when its time has come. */
export interface Keeping {
  /** Takes the state of every stream that has changed. @returns number of states that are on the medium now; undefined: the medium takes nothing */
  saveAll(): Promise<number | undefined>;
  /** Saves all, then copies the store to its backup file. @returns as `saveAll`. @throws StoreError */
  backUp(): Promise<number | undefined>;
}
