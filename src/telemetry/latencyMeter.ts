import type { StreamId } from '../domain/streamId.ts';
import { Histogram } from './histogram.ts';

/** Arrivals after which a reading that led to no forecast is given up. */
const PATIENCE = 4096;

/**
 * Time from when a reading came until a forecast of its stream was there, in seconds. One reading is followed at a time, and the next that comes behind it: to write a
 * time down for each would cost more than the look at one stream.
 */
export class LatencyMeter {
  readonly seconds: Histogram = new Histogram([
    ...[250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3],
    ...[50e-3, 100e-3, 250e-3, 1, 10, 60],
  ]);
  readonly #now: () => number;
  #followed: StreamId | undefined;
  #since = 0;
  #arrivals = 0;

  /** @param now ms of a clock that only runs forward */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** A reading has come. */
  readonly arrived = (stream: StreamId): void => {
    this.#arrivals++;
    if (this.#followed !== undefined && this.#arrivals < PATIENCE) return;
    this.#arrivals = 0;
    this.#followed = stream;
    this.#since = this.#now();
  };

  /** A forecast is there. */
  readonly issued = (stream: StreamId): void => {
    if (stream !== this.#followed) return;
    this.#followed = undefined;
    this.seconds.add((this.#now() - this.#since) / 1000);
  };
}
