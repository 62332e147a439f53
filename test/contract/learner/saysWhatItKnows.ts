import { describe, expect, it } from 'vitest';
import { noisySine, toSteps, withGap, withSpike } from '../../support/series.ts';
import { type LearnerSubject, live } from './learnerSubject.ts';

const NOISY = toSteps(noisySine(1200));

/** Contents of a forecast besides its means. */
export function saysWhatItKnows({ create, horizons }: LearnerSubject): void {
  describe('says what it knows', () => {
    it('one forecast per horizon, smallest first, from the first reading on', () => {
      const forecasts = live(create(), toSteps(withGap(noisySine(50), 0, 5)));
      forecasts.forEach((forecast, t) => {
        expect(forecast.horizons.map(({ horizon }) => horizon.steps)).toEqual(t < 5 ? [] : [...horizons]);
      });
    });

    it('for whom, when and what', () => {
      for (const step of NOISY.slice(0, 20)) {
        const { stream, at, value } = create().step(step).toForecast();
        expect({ stream, at, value }).toEqual({ stream: step.stream, at: step.at, value: step.value });
      }
    });

    it('an interval that covers about nine of ten', () => {
      const steps = toSteps(noisySine(4000, 7));
      const forecasts = live(create(), steps);
      horizons.forEach((h, k) => {
        let inside = 0;
        for (let t = 1000; t < 4000 - h; t++) {
          const { lower, upper } = forecasts[t]?.horizons[k] ?? { lower: null, upper: null };
          const value = steps[t + h]?.value as number;
          if (lower !== null && upper !== null && value >= lower && value <= upper) inside++;
        }
        expect(Math.abs(inside / (3000 - h) - 0.9)).toBeLessThan(0.03);
      });
      expect(forecasts.at(-1)?.coverage).toBeGreaterThan(0.85);
      expect(forecasts.at(-1)?.state).toBe('active');
    });

    it('the anomaly of a spike, and none in the quiet around it', () => {
      const learner = create();
      const forecasts = live(learner, toSteps(withSpike(noisySine(2000), 1500, 60)));
      expect(forecasts[1500]?.anomalyScore).toBeGreaterThan(1);
      expect(forecasts[1500]?.anomaly).toBe(true);
      expect(forecasts.slice(1000, 1500).filter(({ anomaly }) => anomaly).length).toBeLessThan(20);
    });
  });
}
