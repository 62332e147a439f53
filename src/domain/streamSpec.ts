import type { DialectName } from './dialectName.ts';
import type { NotationRule } from './notation.ts';
import type { StreamSettings } from './streamSettings.ts';
import type { ValidRule } from './validReadings.ts';

/** One field of a message that becomes a stream. */
export interface FieldRule {
  /** Dotted path into the JSON (array positions by index), or undefined: the payload itself is the number. */
  readonly path: string | undefined;
  /** Name in the stream id instead of the path, where the user gave one. */
  readonly name: string | undefined;
  /** Numbers for texts and booleans, keyed by their text (`on: 1`, `true: 1`). Without it they are not numbers. */
  readonly map: Readonly<Record<string, number>> | undefined;
  /** Which of its values are readings, where that differs from the settings of its entry. Of an input: all that is said. */
  readonly valid: ValidRule | undefined;
  /** Default: its numbers are written as those of its entry. */
  readonly notation?: NotationRule | undefined;
}

/** Another field of the same message that helps to forecast the one that becomes a stream. */
export interface InputRule extends FieldRule {
  readonly path: string;
}

/** Where the labels of an entry's streams come from. Paths are dotted paths into the JSON of a label message. */
export interface LabelRule {
  /**
   * MQTT topic filter with the same wildcards as that of the entry, in the same order: what stands in their place names the topic whose
   * streams are meant.
   */
  readonly topic: string;
  /** Path of the name of the class; undefined: the payload itself is the name. */
  readonly path: string | undefined;
  /** Classes for texts, numbers and booleans, keyed by their text. A text that is not in it is no class. undefined: each text is one. */
  readonly map: Readonly<Record<string, string>> | undefined;
  /** Paths of the first and the last moment that it is for; undefined: the moment of the message. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** Knowledge of an entry about the devices behind its topics. */
interface SourceRule {
  /** `auto`: recognised for each topic by its first message. */
  readonly dialect: 'auto' | DialectName;
  /** Booleans and words such as ON and OFF are readings: 1 and 0. */
  readonly booleans: boolean;
  /** Topics in which devices describe themselves are heard too, where the filter leaves them out. Default: they are. */
  readonly deviceTopics?: boolean | undefined;
  /** Nodes of Sparkplug B are asked for their births. Default: they are not. */
  readonly rebirth?: boolean | undefined;
  /** Victron portals are asked to go on sending. Default: they are not. */
  readonly keepalive?: boolean | undefined;
}

/** One entry of `streams:` in the configuration: a topic filter, what to read there, and how to treat it. */
export interface StreamSpec {
  /** The id of its stream; only for a filter without wildcards. With several fields `id/field`. */
  readonly id: string | undefined;
  /** MQTT topic filter, `+` and `#` allowed. */
  readonly topic: string;
  /** `auto`: a plain number, else every numeric field of the JSON but for the known housekeeping ones. */
  readonly fields: 'auto' | readonly FieldRule[];
  /** Default: `fields` are read whatever device sent them. */
  readonly source?: SourceRule | undefined;
  /** Dotted paths of what tells one sender from another in a message. Default: the topic is the sender. */
  readonly by?: readonly string[] | undefined;
  /** Further inputs of its only field, looked up where that field is; as many as `settings.exogenous`. */
  readonly inputs: readonly InputRule[];
  /** Default: no labels come. */
  readonly labels?: LabelRule | undefined;
  /** Those of now: an option may change while the entry stays the same object. Read anew at each use, never kept. */
  readonly settings: StreamSettings;
}

/** Where a stream comes from: one topic, and the configuration entry that reads it. */
export interface StreamSource {
  readonly topic: string;
  readonly spec: StreamSpec;
  /** Path of the reading in the message; undefined: the payload itself, or not known. */
  readonly path?: string | undefined;
  /** Dialect that read it. Default: none was asked for. */
  readonly dialect?: DialectName | undefined;
  /** Name of the device that sent it where the messages of the topic come from several. Default: the topic. */
  readonly sender?: string | undefined;
  /** Declared by the device; the object stays the same when it declares more. Default: nothing. */
  readonly about?: About | undefined;
}

/** Properties of a reading that its device declares. */
export interface About {
  /** In the device's own spelling. */
  unit?: string | undefined;
  /** In the words of Home Assistant. */
  deviceClass?: string | undefined;
}

/** Bounds on what a message may be. */
export interface InputLimits {
  /** Bytes. */ readonly payload: number;
  /** Bytes of UTF-8. */ readonly topic: number;
  /** Levels of nested JSON. */ readonly depth: number;
}
