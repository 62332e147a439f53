import type { MqttSettings } from '../domain/mqttSettings.ts';
import type { InputLimits, StreamSpec } from '../domain/streamSpec.ts';
import type { DurationMs } from '../domain/time.ts';

/** The whole configuration after reading: every default filled in, every unit converted. */
export interface Config {
  /** The file it came from, for messages; undefined where it was made in memory. */
  readonly file: string | undefined;
  readonly mqtt: MqttSettings;
  readonly streams: readonly StreamSpec[];
  /** Learner threads; 0 = the learners are on the main thread. */
  readonly threads: 'auto' | number;
  readonly limits: Limits;
  readonly log: LogSettings;
  readonly health: { readonly interval: DurationMs };
  /** `defaults:` as written, for `streamSettings` (a replay is a stream that no entry describes). */
  readonly defaults?: Readonly<Record<string, unknown>>;
}

export interface Limits extends InputLimits {
  /** Learners alive at once; the least recently used makes room. */
  readonly streams: number;
  /** Steps that may wait for the learner of each thread. */
  readonly queue: number;
  /** Bytes that the networks of all streams may take together. */
  readonly memory: number;
}

export interface LogSettings {
  readonly level: 'error' | 'warning' | 'info' | 'debug';
  /** `auto`: pretty on a terminal, journald prefixes under systemd, else JSON lines. */
  readonly format: 'auto' | 'pretty' | 'journald' | 'json';
}
