import type { DialectName } from './dialectName.ts';
import type { Drop } from './dropReason.ts';
import type { Inbound, Sample } from './sample.ts';
import type { StreamId } from './streamId.ts';
import type { Label } from './streamInput.ts';
import type { StreamSettings } from './streamSettings.ts';
import type { About } from './streamSpec.ts';

/**
 * Result of decoding one message: its samples, its labels, which come behind them, and the refused parts with their reasons. Bad data is a value, never an
 * exception. Lent until the next message is decoded: what is to be kept of it is copied.
 */
export interface Decoded {
  readonly samples: readonly Sample[];
  /** Default: none. */
  readonly labels?: readonly Label[];
  readonly drops: readonly Drop[];
  /** Numbers that automatic choice passed over, because devices send them about themselves. Default: 0. */
  readonly passedOver?: number;
}

/** Port: bytes and topic to samples and labels. Never throws on any payload. */
export type Decode = (message: Inbound) => Decoded;

/**
 * Port: the settings of a stream. Answers for every stream and never throws: what is not remembered is worked out anew from the
 * configuration. Equal settings are one object.
 */
export type SettingsOf = (stream: StreamId) => StreamSettings;

/** The sensor behind a stream. */
export interface Sensor extends About {
  readonly topic: string;
  /** Path of its readings in their messages; undefined: the payload itself, or not known. */
  readonly path?: string | undefined;
  readonly dialect?: DialectName | undefined;
  /** Name of its device where the messages of one topic come from several; undefined: the topic. */
  readonly sender?: string | undefined;
  /** Its device, or the bridge before it, has said that it is gone, or has left that as its will. */
  readonly isSilent: boolean;
}

/** Port: the sensor of a stream, as far as it is known; undefined: it has sent nothing since the start. */
export type SensorOf = (stream: StreamId) => Sensor | undefined;

/** Port: the settings that a stream may have by the configuration, one for each entry that can give it; empty: none can. */
export type ProspectsOf = (stream: StreamId) => readonly StreamSettings[];
