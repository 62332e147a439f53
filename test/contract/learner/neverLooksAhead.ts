import { describe, expect, it } from 'vitest';
import { constant, noisySine, randomWalk, toSteps } from '../../support/series.ts';
import { type LearnerSubject, live } from './learnerSubject.ts';

const NOISY = toSteps(noisySine(1200));

/** A target counts only when it has arrived. */
export function neverLooksAhead({ create, horizons }: LearnerSubject): void {
  describe('never looks ahead', () => {
    it('other rows from N on change no forecast before N', () => {
      const values = noisySine(700);
      const N = 600;
      const forecasts = live(create(), toSteps(values));
      for (const other of [constant(700), randomWalk(700), constant(700, Number.NaN), constant(700, 1e300)]) {
        const steps = toSteps(values.map((value, t) => (t < N ? value : (other[t] as number))));
        expect(live(create(), steps).slice(0, N)).toEqual(forecasts.slice(0, N));
      }
    });

    it('what was expected for a row is what was forecast the smallest horizon before it', () => {
      const forecasts = live(create(), NOISY.slice(0, 400));
      const [first] = horizons as [number];
      forecasts.forEach(({ expected }, t) => {
        const issued = forecasts[t - first]?.horizons[0];
        if (issued === undefined) expect(expected).toBeNull();
        else expect(expected).toEqual({ mean: issued.mean, lower: issued.lower, upper: issued.upper });
      });
    });

    it('what it learns from a row shows in no forecast but the later ones', () => {
      const values = noisySine(400);
      const one = live(create(), toSteps(values));
      const other = live(create(), toSteps(values.with(300, (values[300] as number) + 2)));
      expect(other.slice(0, 300)).toEqual(one.slice(0, 300));
      expect(other[300]?.expected).toEqual(one[300]?.expected);
      expect(other[300]?.horizons).not.toEqual(one[300]?.horizons);
    });
  });
}
