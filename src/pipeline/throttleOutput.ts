import { asyncScheduler, type MonoTypeOperatorFunction, type SchedulerLike } from 'rxjs';
import type { SettingsOf } from '../domain/decode.ts';
import type { Report } from '../domain/events.ts';
import type { BorrowedForecast } from '../domain/forecast.ts';
import { AT, ForecastRow } from '../domain/forecastRow.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type DurationMs, toDurationMs } from '../domain/time.ts';
import { createOperator } from './createOperator.ts';
import { DueQueue } from './dueQueue.ts';
import { LruMap } from './lruMap.ts';

export interface ThrottleOutputOptions {
  readonly settingsOf: SettingsOf;
  /** Streams remembered at once; what is withheld of the least recently used one goes out as it makes room. */
  readonly maxStreams: number;
  readonly scheduler?: SchedulerLike;
  readonly report: Report;
}

interface StreamOutput {
  /** Time (epoch ms) and anomaly of the forecast that last went out. */
  at: number;
  anomaly: boolean;
  /** A copy, in a row that is kept for the next one too. */
  withheld: ForecastRow | undefined;
  isWithheld: boolean;
  /** The interval for which the withheld forecast waits. */
  waitsFor: DurationMs;
}

const AT_ONCE = toDurationMs(0);

/**
 * Per stream at most one forecast per `publish.minInterval` of sample time, as the setting is when the forecast comes. Start and
 * end of an anomaly go out at once. The newest of those withheld follows when that long has passed on the scheduler without a
 * newer one, so the last value of a burst always comes out; each that a newer one took the place of is reported.
 */
export function throttleOutput(options: ThrottleOutputOptions): MonoTypeOperatorFunction<BorrowedForecast> {
  return createOperator<BorrowedForecast, BorrowedForecast>((output) => {
    const outlets = new Outlets(options, (forecast) => output.next(forecast));
    return {
      next: (forecast) => outlets.take(forecast),
      complete() {
        outlets.flush();
        output.complete();
      },
      stop: () => outlets.clear(),
    };
  });
}

/** One outlet for each stream that was heard of last. */
class Outlets {
  readonly #options: ThrottleOutputOptions;
  readonly #pass: (forecast: BorrowedForecast) => void;
  readonly #outlets = new LruMap<StreamId, StreamOutput>();
  readonly #waiting: DueQueue<StreamOutput>;

  constructor(options: ThrottleOutputOptions, pass: (forecast: BorrowedForecast) => void) {
    this.#options = options;
    this.#pass = pass;
    const { scheduler = asyncScheduler } = options;
    this.#waiting = new DueQueue<StreamOutput>({ scheduler, onDue: (outlet) => this.#release(outlet) });
  }

  take(forecast: BorrowedForecast): void {
    const outlet = this.#outlets.get(forecast.stream);
    if (outlet === undefined) {
      this.#open(forecast);
      return;
    }
    const minInterval = minIntervalOf(forecast.stream, this.#options);
    if (isDue(outlet, forecast, minInterval)) this.#send(outlet, forecast);
    else this.#withhold(outlet, forecast, minInterval);
  }

  flush(): void {
    this.#waiting.flush();
  }

  clear(): void {
    this.#waiting.clear();
  }

  #open(forecast: BorrowedForecast): void {
    const { maxStreams } = this.#options;
    const oldest = this.#outlets.size >= maxStreams ? this.#outlets.takeOldest()?.[1] : undefined;
    if (oldest !== undefined) {
      this.#waiting.remove(oldest, oldest.waitsFor);
      this.#release(oldest);
    }
    const { stream, numbers, anomaly } = forecast;
    this.#outlets.set(stream, { at: numbers[AT], anomaly, withheld: undefined, isWithheld: false, waitsFor: AT_ONCE });
    this.#pass(forecast);
  }

  #send(outlet: StreamOutput, forecast: BorrowedForecast): void {
    this.#supersede(outlet);
    outlet.at = forecast.numbers[AT];
    outlet.anomaly = forecast.anomaly;
    this.#pass(forecast);
  }

  #withhold(outlet: StreamOutput, forecast: BorrowedForecast, minInterval: DurationMs): void {
    this.#supersede(outlet);
    outlet.withheld ??= new ForecastRow();
    outlet.withheld.copyFrom(forecast);
    outlet.isWithheld = true;
    outlet.waitsFor = minInterval;
    this.#waiting.put(outlet, minInterval);
  }

  /** Forgets what is withheld for the sake of a newer one. */
  #supersede(outlet: StreamOutput): void {
    if (!outlet.isWithheld || outlet.withheld === undefined) return;
    this.#options.report({ type: 'ForecastWithheld', stream: outlet.withheld.stream });
    outlet.isWithheld = false;
    this.#waiting.remove(outlet, outlet.waitsFor);
  }

  #release(outlet: StreamOutput): void {
    const forecast = outlet.withheld;
    if (!outlet.isWithheld || forecast === undefined) return;
    outlet.isWithheld = false;
    outlet.at = forecast.numbers[AT];
    this.#pass(forecast);
  }
}

/**
 * 0 where the settings cannot be had: that is reported, and every forecast goes out. `forStream` would do the same with a function
 * made for each forecast.
 */
function minIntervalOf(stream: StreamId, { settingsOf, report }: ThrottleOutputOptions): DurationMs {
  try {
    return settingsOf(stream).publish.minInterval;
  } catch (error) {
    report({ type: 'PipelineFailed', topic: stream, error });
    return AT_ONCE;
  }
}

/** A time before the last one comes from a stream that was forgotten and began anew: waiting for it to catch up is wrong. */
function isDue(outlet: StreamOutput, forecast: BorrowedForecast, minInterval: DurationMs): boolean {
  const elapsed = forecast.numbers[AT] - outlet.at;
  return elapsed < 0 || elapsed >= minInterval || forecast.anomaly !== outlet.anomaly;
}
