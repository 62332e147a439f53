import { type OperatorFunction, pipe, type SchedulerLike, tap } from 'rxjs';
import type { SettingsOf } from '../domain/decode.ts';
import type { Report } from '../domain/events.ts';
import type { Forecast } from '../domain/forecast.ts';
import type { LearnerHost } from '../domain/learnerHost.ts';
import type { Sample } from '../domain/sample.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { ZoneOffset } from '../domain/time.ts';
import { batchPerTurn, type OnNextTurn } from './batchPerTurn.ts';
import { inTimeOrder } from './inTimeOrder.ts';
import { learnWith } from './learnWith.ts';
import { perStream } from './perStream.ts';
import { resample } from './resample.ts';
import { throttleOutput } from './throttleOutput.ts';

/** Everything foreign that the way from sample to forecast needs. */
export interface SamplePorts {
  readonly settingsOf: SettingsOf;
  readonly zoneOffsetOf: (stream: StreamId) => ZoneOffset;
  readonly host: LearnerHost;
  readonly report: Report;
  readonly onNextTurn: OnNextTurn;
  /** For the output throttle. Default: rxjs' asyncScheduler. */
  readonly scheduler?: SchedulerLike;
}

export interface PipelineOptions {
  readonly maxStreams: number;
  readonly maxBatch: number;
  readonly maxQueue: number;
  /** Off: every forecast comes out, in the order of the steps (replays). */
  readonly throttle: boolean;
}

/** Samples to forecasts: ordered and resampled per stream, learned in batches, thinned for the output. */
export function samplePipeline(ports: SamplePorts, options: PipelineOptions): OperatorFunction<Sample, Forecast> {
  const { settingsOf, zoneOffsetOf, host, report, onNextTurn, scheduler } = ports;
  const { maxStreams, maxBatch, maxQueue, throttle } = options;

  const toForecasts = pipe(
    perStream({
      maxStreams,
      project: (stream) =>
        pipe(inTimeOrder({ report }), resample({ step: settingsOf(stream).step, zoneOffset: zoneOffsetOf(stream) })),
      report,
    }),
    batchPerTurn({ maxBatch, maxQueue, onNextTurn, report }),
    learnWith(host),
    tap(({ stream }) => report({ type: 'ForecastIssued', stream })),
  );
  if (!throttle) return toForecasts;
  return pipe(
    toForecasts,
    throttleOutput({ settingsOf, maxStreams, report, ...(scheduler === undefined ? {} : { scheduler }) }),
  );
}
