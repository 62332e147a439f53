import type { Sample } from './sample.ts';
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

/** `forget`: the stream begins anew, with nothing of what it learned. */
export type CommandName = 'forget';

/** An order that shapes what a stream knows. */
export interface Command {
  readonly kind: 'command';
  readonly stream: StreamId;
  /** NaN: not known. */
  readonly at: EpochMs;
  readonly command: CommandName;
}

/**
 * Everything that changes what a stream knows. The inputs of a stream are one sequence: they are journaled, replayed and taken in
 * by its learner in that order. A `Sample` is the input of kind `reading`.
 */
export type StreamInput = Sample | Label | SettingsChange | Command;

/** Inputs beside readings that reach the learner, in their place among the steps. */
export type Instruction = Label | SettingsChange;

export type InputKind = 'reading' | Exclude<StreamInput, Sample>['kind'];

export type InputOf<Kind extends InputKind> = Kind extends 'reading'
  ? Sample
  : Extract<StreamInput, { readonly kind: Kind }>;

export function kindOf(input: StreamInput): InputKind {
  return input.kind ?? 'reading';
}

export function isReading(input: StreamInput): input is Sample {
  return input.kind === undefined || input.kind === 'reading';
}
