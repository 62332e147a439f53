import type { Reloaded } from './reloaded.ts';
import type { StreamId } from './streamId.ts';

/** An option of the configuration, as it may be shown. */
export interface ShownOption {
  /** Path in the words of the file: `mqtt.qos`, `defaults.interval`, `streams[0].anomaly.threshold`. */
  readonly name: string;
  /** Text or number as written, or the default; null: neither is there. A secret is masked, whatever its length. */
  readonly value: unknown;
  /** The value that is in force, where that is another one: it waits for a start of the daemon. */
  readonly inForce: unknown;
  readonly origin: 'default' | 'file' | 'env' | 'credential' | 'request';
  /** The file, variable or credential. */
  readonly from: string | undefined;
  readonly applies: 'live' | 'stream' | 'link' | 'restart' | undefined;
  readonly isSecret: boolean;
  /** A request may change it. */
  readonly mayChange: boolean;
}

/** The way in which a change is made. */
export interface ChangeManner {
  /** Only tells what would happen. */
  readonly isPlan: boolean;
  /** Writes it into the files of the configuration; else it ends with the process. */
  readonly isPersistent: boolean;
  /** The revision that the sender has seen; undefined: whatever it is now. */
  readonly revision: string | undefined;
}

/** A change that is asked for. */
export interface WantedChange extends ChangeManner {
  /** Values by the names of options; null takes an option out. */
  readonly set: Readonly<Record<string, unknown>>;
}

/** An entry of `streams:`: by its name, such as `streams[0]`, or by the only stream that it gives. */
export type WantedEntry = { readonly name: string } | { readonly stream: StreamId };

/** Result of a change, or of a plan. */
export interface ChangeOutcome extends Reloaded {
  readonly isPersistent: boolean;
}

/** Port: the options of the configuration. All methods but `options` throw RequestError. */
export interface OptionControl {
  /** Every option outside of `streams:`, and of its entries those that are set. @param below a path: all options there. @throws RequestError where it is none */
  options(below: string | undefined): Iterable<ShownOption>;
  /** Another text for each other content of the configuration. */
  readonly revision: string;
  /** Names of what was changed by requests and ends with the process. */
  readonly unsaved: readonly string[];
  change(wanted: WantedChange): ChangeOutcome;
  /** Adds an entry to `streams:`. @param entry in the words of the file */
  addEntry(entry: Readonly<Record<string, unknown>>, how: ChangeManner): ChangeOutcome;
  /** Takes an entry out of `streams:`. */
  removeEntry(entry: WantedEntry, how: ChangeManner): ChangeOutcome;
  /** Changes the id that an entry with one stream gives it, in the file. What the stream has learned is for the caller. */
  rename(wanted: {
    readonly stream: StreamId;
    readonly to: StreamId;
    readonly isPlan: boolean;
    readonly revision: string | undefined;
  }): ChangeOutcome;
  /** Writes everything that requests have changed into the files. */
  saveAll(): ChangeOutcome;
}
