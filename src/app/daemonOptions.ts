import type { Config } from '../config/config.ts';
import type { Forecast } from '../domain/forecast.ts';
import type { StateStore } from '../domain/stateStore.ts';
import type { Clock } from '../domain/time.ts';
import type { Log } from '../telemetry/log.ts';

export interface DaemonOptions {
  readonly config: Config;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Sees each forecast as it is published (the demonstration's table). */
  readonly onForecast?: (forecast: Forecast) => void;
  /** Hears of each time that the broker has answered our subscriptions. */
  readonly onConnected?: () => void;
  /** Where state is kept, in place of the folder of the configuration. */
  readonly store?: StateStore;
  /** The module that a learner thread runs, where it is not the built one. */
  readonly threadEntry?: URL;
}
