import { asyncScheduler, type MonoTypeOperatorFunction, type SchedulerLike } from 'rxjs';
import type { SettingsOf } from '../domain/decode.ts';
import type { Report } from '../domain/events.ts';
import type { Forecast } from '../domain/forecast.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { DurationMs, EpochMs } from '../domain/time.ts';
import { createOperator } from './createOperator.ts';
import { DueQueue } from './dueQueue.ts';
import { forStream } from './forStream.ts';
import { LruMap } from './lruMap.ts';

export interface ThrottleOutputOptions {
  readonly settingsOf: SettingsOf;
  /** Streams remembered at once; what is withheld of the least recently used one goes out as it makes room. */
  readonly maxStreams: number;
  readonly scheduler?: SchedulerLike;
  readonly report: Report;
}

interface Outlet {
  readonly minInterval: DurationMs;
  /** Time of the forecast that last went out. */
  at: EpochMs;
  anomaly: boolean;
  withheld: Forecast | undefined;
}

/**
 * Per stream at most one forecast per `publish.minInterval` of sample time. Start and end of an anomaly go out at once.
 * The newest of those withheld follows when that long has passed on the scheduler without a newer one, so the last value
 * of a burst always comes out; each that a newer one took the place of is reported.
 */
export function throttleOutput(options: ThrottleOutputOptions): MonoTypeOperatorFunction<Forecast> {
  const { maxStreams, scheduler = asyncScheduler, report } = options;
  return createOperator<Forecast, Forecast>((output) => {
    const outlets = new LruMap<StreamId, Outlet>();
    const waiting = new DueQueue<Outlet>({ scheduler, onDue: release });

    function release(outlet: Outlet): void {
      const forecast = outlet.withheld;
      outlet.withheld = undefined;
      if (forecast === undefined) return;
      outlet.at = forecast.at;
      output.next(forecast);
    }

    function open(forecast: Forecast): void {
      const oldest = outlets.size >= maxStreams ? outlets.takeOldest()?.[1] : undefined;
      if (oldest !== undefined) {
        waiting.remove(oldest, oldest.minInterval);
        release(oldest);
      }
      const { stream, at, anomaly } = forecast;
      const minInterval = minIntervalOf(stream, options);
      if (minInterval !== undefined) outlets.set(stream, { minInterval, at, anomaly, withheld: undefined });
      output.next(forecast);
    }

    function pass(outlet: Outlet, forecast: Forecast): void {
      if (outlet.withheld !== undefined) {
        supersede(outlet, report);
        waiting.remove(outlet, outlet.minInterval);
      }
      outlet.at = forecast.at;
      outlet.anomaly = forecast.anomaly;
      output.next(forecast);
    }

    function withhold(outlet: Outlet, forecast: Forecast): void {
      supersede(outlet, report);
      outlet.withheld = forecast;
      waiting.put(outlet, outlet.minInterval);
    }

    return {
      next(forecast) {
        const outlet = outlets.get(forecast.stream);
        if (outlet === undefined) open(forecast);
        else if (isDue(outlet, forecast)) pass(outlet, forecast);
        else withhold(outlet, forecast);
      },
      complete() {
        waiting.flush();
        output.complete();
      },
      stop: () => waiting.clear(),
    };
  });
}

function minIntervalOf(stream: StreamId, { settingsOf, report }: ThrottleOutputOptions): DurationMs | undefined {
  return forStream(stream, report, () => settingsOf(stream).publish.minInterval, { costsReading: false });
}

/** A time before the last one comes from a stream that was forgotten and began anew: waiting for it to catch up is wrong. */
function isDue(outlet: Outlet, forecast: Forecast): boolean {
  const elapsed = forecast.at - outlet.at;
  return elapsed < 0 || elapsed >= outlet.minInterval || forecast.anomaly !== outlet.anomaly;
}

/** Forgets what is withheld for the sake of a newer one. */
function supersede(outlet: Outlet, report: Report): void {
  if (outlet.withheld !== undefined) report({ type: 'ForecastWithheld', stream: outlet.withheld.stream });
  outlet.withheld = undefined;
}
