import type { AlarmEvidence, AlarmVerdict } from './alarm.ts';
import type { Sample } from './sample.ts';
import type { JournalPosition } from './stateStore.ts';
import type { StreamId } from './streamId.ts';
import type { AnomalySettings } from './streamSettings.ts';
import type { EpochMs } from './time.ts';

/** A class that the readings of a span had, told by somebody who knows. */
export interface Label {
  readonly kind: 'label';
  readonly stream: StreamId;
  /** When the label was told. */
  readonly at: EpochMs;
  /**
   * The span that it is for; both ends belong to it. It teaches the readings whose time lies in it; where none does, the last
   * reading before it. A part of the span that has not come yet waits for its readings.
   */
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly label: string;
}

/** Options of a stream have other values from now on. */
export interface SettingsChange {
  readonly kind: 'settings';
  readonly stream: StreamId;
  readonly at: EpochMs;
  /** JSON of `LiveSettings`; an option that it does not name stays as it is. */
  readonly changes: string;
}

/** Options that change what a learner says, and nothing that it has learned. */
export interface LiveSettings {
  readonly anomaly?: AnomalySettings;
}

interface OrderOf<Name extends string> {
  readonly kind: 'command';
  readonly stream: StreamId;
  /** NaN: not known. */
  readonly at: EpochMs;
  readonly command: Name;
}

/** The stream begins anew, with nothing of what it learned. */
type Forgetting = OrderOf<'forget'>;

/**
 * The stream goes on as one that never took in the inputs with these positions of the journal, both among them; settings stay. It
 * comes back from a snapshot before the first of them; where there is none any more, nothing changes.
 */
export interface Omission extends OrderOf<'omit'> {
  readonly first: JournalPosition;
  readonly last: JournalPosition;
}

/**
 * The stream goes on with another state from here on. That state is a snapshot of this very position: where there is none, the process died before it
 * was on the medium, and the order means nothing.
 */
export interface Adoption extends OrderOf<'adopt'> {}

/** An order for which the stream leaves, and comes back with another state. */
export type Return = Omission | Adoption;

/** Somebody who knows has judged an alarm. */
export interface VerdictOrder extends OrderOf<'judge'> {
  readonly verdict: AlarmVerdict;
  /** Times of the alarm; `to`: of its last reading, or of the verdict where it goes on. */
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly evidence: AlarmEvidence;
  /** The lowest and the highest reading before it, in the sensor's unit; NaN: not known. */
  readonly knownLow: number;
  readonly knownHigh: number;
}

/** An order that shapes what a stream knows. */
export type Command = Forgetting | Omission | Adoption | VerdictOrder;

export type CommandName = Command['command'];

/**
 * Everything that changes what a stream knows. The inputs of a stream are one sequence: they are journaled, replayed and taken in
 * by its learner in that order. A `Sample` is the input of kind `reading`.
 */
export type StreamInput = Sample | Label | SettingsChange | Command;

/** Inputs beside readings that reach the learner, in their place among the steps. */
export type Instruction = Label | SettingsChange | VerdictOrder;

export type InputKind = 'reading' | Exclude<StreamInput, Sample>['kind'];

export type InputOf<Kind extends InputKind> = Kind extends 'reading'
  ? Sample
  : Extract<StreamInput, { readonly kind: Kind }>;

export function kindOf(input: StreamInput): InputKind {
  return input.kind ?? 'reading';
}

export function isOmission(input: StreamInput): input is Omission {
  return input.kind === 'command' && input.command === 'omit';
}

export function isAdoption(input: StreamInput): input is Adoption {
  return input.kind === 'command' && input.command === 'adopt';
}

export function isReturn(input: StreamInput): input is Return {
  return isOmission(input) || isAdoption(input);
}

export function isReading(input: StreamInput): input is Sample {
  return input.kind === undefined || input.kind === 'reading';
}
