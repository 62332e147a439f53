import { filter, identity, type OperatorFunction, pipe, type SchedulerLike, tap } from 'rxjs';
import type { SettingsOf } from '../domain/decode.ts';
import type { Report } from '../domain/events.ts';
import type { Forecast } from '../domain/forecast.ts';
import type { LearnerHost } from '../domain/learnerHost.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { ZoneOffset } from '../domain/time.ts';
import { batchPerTurn, type OnNextTurn, type Room } from './batchPerTurn.ts';
import { Carry } from './carry.ts';
import type { Gauge } from './gauge.ts';
import { inTimeOrder } from './inTimeOrder.ts';
import { learnWith } from './learnWith.ts';
import { type PerStreamInput, type PerStreamOptions, perStream } from './perStream.ts';
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
  /** Who takes the states of streams; default: nobody. */
  readonly ofStreams?: Pick<PerStreamOptions, 'onEvict' | 'onCheckpoint' | 'onReplayed'>;
  /** What the host can take. Default: everything, at once. */
  readonly room?: Room;
  /** Shows how many steps wait before the host. */
  readonly gauge?: Gauge;
  /** Whether a forecast is one that was not published in a life before. Default: all are. */
  readonly isNew?: (forecast: Forecast) => boolean;
}

export interface SampleOptions {
  readonly maxStreams: number;
  readonly maxBatch: number;
  /** Off: every forecast comes out, in the order of the steps (replays). */
  readonly throttle: boolean;
}

/** Samples to forecasts: ordered and resampled per stream, learned in batches, thinned for the output. */
export function samplePipeline(ports: SamplePorts, options: SampleOptions): OperatorFunction<PerStreamInput, Forecast> {
  const { settingsOf, zoneOffsetOf, host, report, onNextTurn, scheduler, ofStreams } = ports;
  const { maxStreams, maxBatch, throttle } = options;
  const { room, gauge, isNew } = ports;

  const toForecasts = pipe(
    perStream({
      maxStreams,
      project: (stream, carry) =>
        pipe(
          inTimeOrder({
            report,
            timeline: carry.timeline,
            isKept: ofStreams?.onEvict !== undefined,
            maxAge: settingsOf(stream).anomaly.maxAge,
          }),
          tap((sample) => carry.note(sample)),
          resample({ step: settingsOf(stream).step, zoneOffset: zoneOffsetOf(stream) }),
        ),
      carryFor: (stream) => {
        const { exogenous, step } = settingsOf(stream);
        return new Carry(exogenous, step.gapAfter);
      },
      report,
      ...ofStreams,
    }),
    batchPerTurn({ maxBatch, onNextTurn, report, room, gauge }),
    learnWith(host),
    isNew === undefined ? identity : filter(isNew),
    tap(({ stream }) => report({ type: 'ForecastIssued', stream })),
  );
  if (!throttle) return toForecasts;
  return pipe(
    toForecasts,
    throttleOutput({ settingsOf, maxStreams, report, ...(scheduler === undefined ? {} : { scheduler }) }),
  );
}
