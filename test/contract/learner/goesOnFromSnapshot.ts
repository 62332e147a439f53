import { describe, expect, it } from 'vitest';
import { expectSameBytes } from '../../support/expectSameBytes.ts';
import { constant, noisySine, toSteps, withGap, withSpike } from '../../support/series.ts';
import { type LearnerSubject, live } from './learnerSubject.ts';

const NOISY = toSteps(noisySine(1200));

/** A snapshot holds everything that shapes the next number. */
export function goesOnFromSnapshot({ create, every }: LearnerSubject): void {
  describe('goes on from its snapshot as if nothing had happened', () => {
    const gappy = toSteps([
      ...withGap(withSpike(noisySine(500), 333, 1e7), 410, 3),
      ...withSpike(noisySine(900, 2, { noise: 0.7 }), 150, 60),
    ]);
    const cuts = [0, 1, 2, 5, 7, 150, 205, 334, 411, 500, 655, 801];

    it.each(cuts)('after %i rows: the next 200 forecasts and the bytes after them', (cut) => {
      const original = create();
      live(original, gappy.slice(0, cut));
      const saved = original.snapshot();
      const copy = create(saved);
      expectSameBytes(copy.snapshot(), saved);
      const tail = gappy.slice(cut, cut + 200);
      expect(live(copy, tail)).toEqual(live(original, tail));
      expectSameBytes(copy.snapshot(), original.snapshot());
    });

    it('in every phase of k1, with learning still pending', () => {
      for (let cut = 640; cut <= 640 + every; cut++) {
        const original = create();
        const unsaved = create();
        for (const step of gappy.slice(0, cut)) {
          original.step(step);
          unsaved.step(step);
        }
        const copy = create(original.snapshot());
        const tail = gappy.slice(cut, cut + 60);
        const forecasts = live(unsaved, tail);
        expect(live(original, tail)).toEqual(forecasts);
        expect(live(copy, tail)).toEqual(forecasts);
      }
    });

    it('in the silence before the first reading', () => {
      const original = create();
      const silence = toSteps(constant(3, Number.NaN));
      live(original, silence);
      const copy = create(original.snapshot());
      expect(live(copy, NOISY.slice(0, 100))).toEqual(live(original, NOISY.slice(0, 100)));
    });

    it('as often as it likes', () => {
      let restarted = create();
      const original = create();
      const published = NOISY.slice(0, 200).map((step) => {
        const forecast = restarted.step(step).toForecast();
        const saved = restarted.snapshot();
        restarted.free();
        restarted = create(saved);
        return forecast;
      });
      expect(published).toEqual(live(original, NOISY.slice(0, 200)));
    });
  });
}
