import { expect, it } from 'vitest';
import type { Forecast } from '../../../src/domain/forecast.ts';
import { rounds } from '../../support/rounds.ts';
import { noisySine, randomWalk, roomTemperature, toSteps, twoValued, whiteNoise } from '../../support/series.ts';
import { type LearnerSubject, live } from './learnerSubject.ts';

const ROWS = rounds(2000, 4000);
/** Rows of the wave: the network has learned it in the first half. */
const SINE_ROWS = rounds(4000, 6000);

/** Never worse than the last value, and better where there is something to learn. */
export function forecastsWell({ create, horizons, isGuarded, canLearn }: LearnerSubject): void {
  const forecastsOf = (values: readonly number[]): readonly Forecast[] => {
    const learner = create();
    const forecasts = live(learner, toSteps(values));
    learner.free();
    return forecasts;
  };

  /** Sums of the errors from row `from` on, and of those of the last value. */
  const errorsOf = (
    values: readonly number[],
    from: number,
    forecasts: readonly Forecast[] = forecastsOf(values),
  ): { own: number; last: number }[] => {
    return horizons.map((h, k) => {
      let own = 0;
      let last = 0;
      for (let t = from; t < values.length - h; t++) {
        const target = values[t + h] as number;
        own += Math.abs((forecasts[t]?.horizons[k]?.mean as number) - target);
        last += Math.abs((values[t] as number) - target);
      }
      return { own, last };
    });
  };

  if (isGuarded) {
    it.each([
      ['white noise', whiteNoise(ROWS)],
      ['a random walk', randomWalk(ROWS)],
      ['a room in tenths of a degree', roomTemperature(ROWS)],
      ['a contact', twoValued(ROWS)],
    ])('is never worse than the last value by more than a fiftieth on %s', (_, values) => {
      for (const { own, last } of errorsOf(values, 500)) expect(own / last).toBeLessThan(1.02);
    });
  }

  if (canLearn) {
    const sine = noisySine(SINE_ROWS);
    let ofSine: readonly Forecast[] | undefined;
    /** Computed once for both tests. */
    const forecastsOfSine = (): readonly Forecast[] => (ofSine ??= forecastsOf(sine));

    it('is better than the last value by a fifth on a noisy sine, at every horizon', () => {
      for (const { own, last } of errorsOf(sine, SINE_ROWS / 2, forecastsOfSine()))
        expect(own / last).toBeLessThan(0.8);
    });

    it('has the same skill in any unit and from any zero', () => {
      const values = sine.slice(0, 4000);
      const scaled = errorsOf(
        values.map((value) => 1000 * value + 5),
        2000,
      );
      errorsOf(values, 2000, forecastsOfSine()).forEach(({ own, last }, k) => {
        const ratio = (scaled[k]?.own as number) / (scaled[k]?.last as number);
        expect(ratio / (own / last)).toBeGreaterThan(0.97);
        expect(ratio / (own / last)).toBeLessThan(1.03);
      });
    });
  }
}
