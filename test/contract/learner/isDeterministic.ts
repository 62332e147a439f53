import { describe, expect, it } from 'vitest';
import { expectSameBytes } from '../../support/expectSameBytes.ts';
import { noisySine, toSteps } from '../../support/series.ts';
import { type LearnerSubject, live } from './learnerSubject.ts';

const NOISY = toSteps(noisySine(1200));

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
      for (const step of NOISY) {
        const forecast = early.step(step);
        early.learn();
        expect(late.step(step)).toEqual(forecast);
        expect(asked.step(step)).toEqual(forecast);
        asked.learn();
        asked.learn();
      }
      expectSameBytes(late.snapshot(), early.snapshot());
      expectSameBytes(asked.snapshot(), early.snapshot());
    });

    it('and keeps nothing that the host may change: neither steps nor forecasts nor snapshots', () => {
      const learner = create();
      const reference = create();
      for (const step of NOISY.slice(0, 300)) {
        const shared = { ...step };
        const forecast = structuredClone(learner.step(shared));
        Object.assign(shared, { at: 0, value: 1e9, zoneOffset: 5 });
        learner.learn();
        learner.snapshot().fill(0);
        expect(forecast).toEqual(reference.step(step));
      }
    });

    it('and does not touch a forecast that it has handed out', () => {
      const learner = create();
      const forecasts = live(learner, NOISY.slice(0, 300));
      const copies = structuredClone(forecasts);
      live(learner, NOISY.slice(300, 400));
      expect(forecasts).toEqual(copies);
    });
  });
}
