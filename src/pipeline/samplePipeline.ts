import { filter, identity, type OperatorFunction, pipe, type SchedulerLike, tap } from 'rxjs';
import type { SettingsOf } from '../domain/decode.ts';
import type { Report } from '../domain/events.ts';
import type { BorrowedForecast } from '../domain/forecast.ts';
import { ISSUED } from '../domain/frequentEvents.ts';
import type { LearnerHost } from '../domain/learnerHost.ts';
import { batchPerTurn, type OnNextTurn, type Room } from './batchPerTurn.ts';
import type { LatencyWatch } from './latencyWatch.ts';
import { learnWith } from './learnWith.ts';
import type { QueueDepth } from './queueDepth.ts';
import { RecordedOutput } from './recordedOutput.ts';
import type { RoutedInput } from './routedInput.ts';
import type { RouteOptions } from './routeOptions.ts';
import { routeStreams } from './routeStreams.ts';
import type { MachineFor } from './streamMachine.ts';
import { throttleOutput } from './throttleOutput.ts';

/** Everything foreign that the way from sample to forecast needs. */
export interface SamplePorts {
  readonly settingsOf: SettingsOf;
  readonly machineFor: MachineFor;
  readonly host: LearnerHost;
  readonly report: Report;
  readonly onNextTurn: OnNextTurn;
  /** For the output throttle. Default: rxjs' asyncScheduler. */
  readonly scheduler?: SchedulerLike;
  /** Takers of the states of streams; default: none. */
  readonly ofStreams?: Pick<RouteOptions, 'onEvict' | 'onReconfigure' | 'onCheckpoint' | 'onReplayed'>;
  /** Default: none. */
  readonly latency?: LatencyWatch | undefined;
  /** Room that the host has. Default: for everything, at once. */
  readonly room?: Room;
  /** Shows how many steps wait before the host. */
  readonly depth?: QueueDepth;
  /** Tells if a forecast was not published in a life before. Default: none was. */
  readonly isNew?: (forecast: BorrowedForecast) => boolean;
}

export interface SampleOptions {
  readonly maxStreams: number;
  readonly maxBatch: number;
  /** Off: every forecast comes out, in the order of the steps (replays). */
  readonly throttle: boolean;
}

/** One for all: there is one for each reading. */

/** Samples to forecasts: ordered and resampled per stream, learned in batches, thinned for the output. */
export function samplePipeline(
  ports: SamplePorts,
  options: SampleOptions,
): OperatorFunction<RoutedInput, BorrowedForecast> {
  const { settingsOf, machineFor, host, report, onNextTurn, scheduler, ofStreams } = ports;
  const { maxStreams, maxBatch, throttle } = options;
  const { room, depth, isNew, latency } = ports;

  const recorded = new RecordedOutput(maxStreams);

  const toForecasts = pipe(
    routeStreams({
      maxStreams,
      machineFor,
      report,
      ...ofStreams,
    }),
    recorded.watch(),
    batchPerTurn({ maxBatch, onNextTurn, report, room, depth }),
    learnWith(host),
    isNew === undefined ? identity : filter(isNew),
    filter(recorded.isLive),
    tap(({ stream }) => {
      report(ISSUED);
      latency?.issued(stream);
    }),
  );
  if (!throttle) return toForecasts;
  return pipe(
    toForecasts,
    throttleOutput({ settingsOf, maxStreams, report, ...(scheduler === undefined ? {} : { scheduler }) }),
  );
}
