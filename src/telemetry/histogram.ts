/** Numbers counted by size, in bounded memory: how many were at most each bound, how many there were, and their sum. */
export class Histogram {
  /** Upper bounds, smallest first. */
  readonly bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;

  /** @param bounds smallest first; what is above the last is in no bucket but the one without an end */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  get sum(): number {
    return this.#sum;
  }

  get count(): number {
    return this.#counts.reduce((total, count) => total + count, 0);
  }

  /** Numbers that were at most as large as each bound. */
  get cumulative(): readonly number[] {
    let below = 0;
    return this.bounds.map((_, i) => {
      below += this.#counts[i];
      return below;
    });
  }

  /** The smallest bound that this share of the numbers does not exceed; NaN: there are none, or the last bound is too small. */
  boundOf(share: number): number {
    const { count } = this;
    const place = count === 0 ? -1 : this.cumulative.findIndex((below) => below >= share * count);
    return this.bounds[place] ?? Number.NaN;
  }

  add(value: number): void {
    const { bounds } = this;
    let place = 0;
    while (place < bounds.length && value > bounds[place]) place++;
    this.#counts[place]++;
    this.#sum += value;
  }
}

/** Batches that the learners answered: readings of each, and the time from when they were given it until its last forecast, in seconds. */
export class BatchMeter {
  readonly steps: Histogram = new Histogram([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000]);
  readonly seconds: Histogram = new Histogram([
    ...[50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3],
    ...[10e-3, 25e-3, 50e-3, 100e-3, 250e-3, 1, 10],
  ]);

  /** @param ms of a clock that only runs forward */
  readonly add = (steps: number, ms: number): void => {
    this.steps.add(steps);
    this.seconds.add(ms / 1000);
  };
}
