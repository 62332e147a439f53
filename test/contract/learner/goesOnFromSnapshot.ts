import { describe, expect, it } from 'vitest';
import { expectSameBytes } from '../../support/expectSameBytes.ts';
import { rounds } from '../../support/rounds.ts';
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
    const TAIL = 200;

    it(`after ${cuts.join(', ')} rows: the next ${TAIL} forecasts and the bytes after them`, () => {
      const last = (cuts.at(-1) as number) + TAIL;
      const expected = live(create(), gappy.slice(0, last));
      const saved = new Map<number, Uint8Array>();
      const original = create();
      const forecasts = gappy.slice(0, last).flatMap((step, row) => {
        if (cuts.includes(row) || cuts.includes(row - TAIL)) saved.set(row, original.snapshot());
        return live(original, [step]);
      });
      saved.set(last, original.snapshot());
      expect(forecasts).toEqual(expected);
      for (const cut of cuts) {
        const copy = create(saved.get(cut));
        expectSameBytes(copy.snapshot(), saved.get(cut) as Uint8Array);
        expect(live(copy, gappy.slice(cut, cut + TAIL)), `after ${cut}`).toEqual(expected.slice(cut, cut + TAIL));
        expectSameBytes(copy.snapshot(), saved.get(cut + TAIL) as Uint8Array);
        copy.free();
      }
    });

    it('in every phase of k1, with learning still pending', () => {
      const FIRST = 640;
      const last = FIRST + every + 60;
      const unsaved = create();
      const expected = gappy.slice(0, last).map((step) => unsaved.step(step).toForecast());
      const original = create();
      const forecasts = gappy.slice(0, last).map((step, row) => {
        if (row >= FIRST && row <= FIRST + every) {
          const copy = create(original.snapshot());
          expect(live(copy, gappy.slice(row, row + 60)), `after ${row}`).toEqual(expected.slice(row, row + 60));
          copy.free();
        }
        return original.step(step).toForecast();
      });
      expect(forecasts).toEqual(expected);
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
      const steps = NOISY.slice(0, rounds(60, 200));
      const published = steps.map((step) => {
        const forecast = restarted.step(step).toForecast();
        const saved = restarted.snapshot();
        restarted.free();
        restarted = create(saved);
        return forecast;
      });
      expect(published).toEqual(live(original, steps));
    });
  });
}
