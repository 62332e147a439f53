import type { LogLevel } from '../domain/logLevel.ts';
import type { MqttSettings } from '../domain/mqttSettings.ts';
import type { Overflow } from '../domain/overflow.ts';
import type { InputLimits, StreamSpec } from '../domain/streamSpec.ts';
import type { DurationMs } from '../domain/time.ts';
import type { ConfigSources } from './layers/configSources.ts';
import type { BridgeSettings } from './schema/bridgeSchema.ts';
import type { HomeAssistantSettings } from './schema/homeAssistantSchema.ts';
import type { MetricsSettings } from './schema/metricsSchema.ts';
import type { PageSettings } from './schema/pageSchema.ts';
import type { PlainObject } from './yaml/plainObject.ts';

/** The whole configuration after reading: every default filled in, every unit converted. */
export interface Config {
  /** The file it came from, for messages; undefined where it was made in memory. */
  readonly file: string | undefined;
  readonly mqtt: MqttSettings;
  readonly streams: readonly StreamSpec[];
  /** Learner threads; 0 = the learners are on the main thread. */
  readonly threads: 'auto' | number;
  readonly limits: Limits;
  readonly state: StateSettings;
  readonly log: LogSettings;
  readonly health: { readonly interval: DurationMs };
  readonly bridge: BridgeSettings;
  readonly homeAssistant: HomeAssistantSettings;
  readonly metrics: MetricsSettings;
  readonly page: PageSettings;
  /** Files in which a secret of this configuration stands as it is. */
  readonly secretFiles: readonly string[];
  readonly written: WrittenOptions;
  readonly sources: ConfigSources;
}

/** The options in the words and units of the file, tags resolved. Holds secrets. */
export interface WrittenOptions {
  /** Everything but `defaults:` and `streams:`. */
  readonly root: PlainObject;
  /** `defaults:`, for `streamSettings` (a replay is a stream that no entry describes). */
  readonly defaults: PlainObject;
  /** Each entry of `streams:` as if it repeated all defaults. */
  readonly streams: readonly PlainObject[];
}

export interface Limits extends InputLimits {
  /** Learners alive at once; the least recently used makes room. */
  readonly streams: number;
  /** Messages that may wait for the learners. */
  readonly queue: number;
  /** Treatment of messages where too many wait; `auto`: `block` where they are acknowledged, else `coalesce`. */
  readonly overflow: 'auto' | Overflow;
  /** Time that messages may wait, if it lasts, before less is learned; 0: never. */
  readonly thinAfter: DurationMs;
  /** Bytes that the networks of all streams may take together. */
  readonly memory: number;
  /** Bytes that waiting messages may take. */
  readonly queueMemory: number;
}

/** Rules for keeping what was learned. */
export interface StateSettings {
  /** Folder. */
  readonly dir: string;
  readonly durability: 'journal' | 'snapshot' | 'none';
  /** Bytes. */
  readonly writesPerDay: number;
  readonly commitInterval: DurationMs;
  readonly onDiskFull: 'stop_ack' | 'continue_unsafe';
  /** Time for which networks are put aside that a changed configuration has no place for; 0: not at all. */
  readonly keepFormer: DurationMs;
  /** Time that streams are meant to be able to go back; 0: as far as what a start needs reaches. */
  readonly keepPast: DurationMs;
  /** Most bytes on the medium for that. */
  readonly keepPastSize: number;
}

export interface LogSettings {
  readonly level: LogLevel;
  /** `auto`: pretty on a terminal, journald prefixes under systemd, else JSON lines. */
  readonly format: 'auto' | 'pretty' | 'journald' | 'json';
}
