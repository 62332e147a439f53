import type { Config } from '../config/config.ts';
import type { ConfigEditor } from '../config/edit/configEditor.ts';
import type { Finding } from '../domain/finding.ts';
import type { StateStore } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Clock } from '../domain/time.ts';
import type { Outlet } from '../outlets/outlet.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { AdjustableLog } from '../telemetry/log.ts';

export interface AppOptions {
  readonly config: Config;
  readonly version: string;
  /** The files of the configuration. Default: there are none, and it never changes */
  readonly configEditor?: ConfigEditor;
  readonly clock: Clock;
  readonly log: AdjustableLog;
  /** The doctor, for who asks the running daemon. Default: there is none, and it finds nothing. */
  readonly examine?: (config: Config) => Promise<readonly Finding[]>;
  /** Outlets beside those that every daemon has, such as the table of the demonstration. */
  readonly outlets?: readonly Outlet[];
  /** Units of sensors that say none in their messages. Default: none is known. */
  readonly unitOf?: (stream: StreamId) => string | undefined;
  /** Keeps the state, in place of the folder of the configuration. */
  readonly store?: StateStore;
  /** The module that a learner thread runs, where it is not the built one. */
  readonly threadEntry?: URL;
}

export interface App {
  /** Puts in force what can be of the configuration as it is written now; a wrong one changes nothing, and is told. */
  reload(): void;
  readonly counters: Counters;
  /** Runs until the signal aborts, then ends in less than 5 s. @throws TidegateError such as TG_THREAD_DIED, TG_STATE_LOCKED, TG_INTERNAL */
  run(stop: AbortSignal): Promise<void>;
}
