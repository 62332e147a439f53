import { describe, expect, it } from 'vitest';
import { ForecastRow } from '../../../src/domain/forecastRow.ts';
import { expectSameBytes } from '../../support/expectSameBytes.ts';
import { rounds } from '../../support/rounds.ts';
import { noisySine, toSteps, withGap } from '../../support/series.ts';
import { type LearnerSubject, live } from './learnerSubject.ts';

const NOISY = toSteps(noisySine(rounds(800, 1200)));

/** Settings, seed and steps decide every bit; when the host lets it learn decides nothing. */
export function isDeterministic({ create }: LearnerSubject): void {
  describe('is deterministic', () => {
    it('same settings and steps, same forecasts and same bytes', () => {
      const one = create();
      const other = create();
      expect(live(one, NOISY)).toEqual(live(other, NOISY));
      expectSameBytes(one.snapshot(), other.snapshot());
    });

    it('whether the host lets it learn early, late or never', () => {
      const early = create();
      const late = create();
      const asked = create();
      const forecasts = live(early, NOISY);
      expect(NOISY.map((step) => late.step(step).toForecast())).toEqual(forecasts);
      const ofAsked = NOISY.map((step) => {
        const forecast = asked.step(step).toForecast();
        asked.learn();
        asked.learn();
        return forecast;
      });
      expect(ofAsked).toEqual(forecasts);
      expectSameBytes(late.snapshot(), early.snapshot());
      expectSameBytes(asked.snapshot(), early.snapshot());
    });

    it('and keeps nothing that the host may change: neither steps nor forecasts nor snapshots', () => {
      const learner = create();
      const reference = create();
      for (const step of NOISY.slice(0, rounds(100, 300))) {
        const shared = { ...step };
        const row = learner.step(shared);
        const forecast = row.toForecast();
        row.numbers.fill(-1);
        Object.assign(shared, { at: 0, value: 1e9, zoneOffset: 5 });
        learner.learn();
        learner.snapshot().fill(0);
        expect(forecast).toEqual(reference.step(step).toForecast());
      }
    });

    it('and answers into the row that it is given, whatever that holds, as into a new one', () => {
      const learner = create();
      const reference = create();
      const row = new ForecastRow();
      const steps = toSteps(withGap(noisySine(300), 0, 5));
      for (const step of steps) {
        expect(learner.step(step, row)).toBe(row);
        expect(row.toForecast()).toEqual(reference.step(step).toForecast());
        row.numbers.fill(7);
        Object.assign(row, { stream: 'another', anomaly: true, late: true, state: 'degraded', source: 'linear' });
      }
    });
  });
}
