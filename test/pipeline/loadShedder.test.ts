import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effort } from '../../src/domain/effort.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import { COALESCING, LoadShedder, type Pressure } from '../../src/pipeline/loadShedder.ts';
import { idOf } from './samples.ts';

const CALM: Pressure = { fill: 0, delay: 0 };
const SLOW: Pressure = { fill: 0.1, delay: 800 };
const FULL: Pressure = { fill: 0.9, delay: 800 };
const LOOK = 50;

/** A shedder that is looked at every 50 ms. */
class Climb {
  readonly shedder: LoadShedder = new LoadShedder();
  now = 1_000_000;
  /** When each level was reached. */
  readonly moves: [ms: number, level: number][] = [];

  under(pressure: Pressure, ms: number): number {
    const start = this.now;
    for (; this.now < start + ms; this.now += LOOK) {
      const before = this.shedder.level;
      const hasMoved = this.shedder.observe(toEpochMs(this.now), pressure);
      expect(hasMoved).toBe(this.shedder.level !== before);
      // Rung by level.
      expect(Math.abs(this.shedder.level - before)).toBeLessThanOrEqual(1);
      if (hasMoved) this.moves.push([this.now - start, this.shedder.level]);
    }
    return this.shedder.level;
  }

  effortFor(stream: string): Effort {
    return this.shedder.effortFor(idOf(stream), toEpochMs(this.now));
  }

  /** A second with this count of messages from each stream. @returns efforts of the last sample of each */
  second(counts: Record<string, number>): Record<string, Effort> {
    const efforts: Record<string, Effort> = {};
    for (const [stream, count] of Object.entries(counts)) {
      for (let i = 0; i < count; i++) efforts[stream] = this.effortFor(stream);
    }
    this.now += 1000;
    return efforts;
  }
}

describe('LoadShedder', () => {
  it('stays down where nothing presses', () => {
    const climb = new Climb();
    expect(climb.under(CALM, 60_000)).toBe(0);
    expect(climb.effortFor('attic')).toBe(0);
  });

  it('stays at level 0 in a burst that ends within 5 s and fills less than half of the queue', () => {
    const climb = new Climb();
    for (let i = 0; i < 20; i++) {
      climb.under({ fill: 0.49, delay: 2000 }, 4900);
      climb.under(CALM, 1000);
    }
    expect(climb.moves).toEqual([]);
  });

  it('climbs one level a second after 5 s of delay, and stops when learning is off', () => {
    const climb = new Climb();
    climb.under(SLOW, 60_000);
    expect(climb.moves).toEqual([
      [5000, 1],
      [6000, 2],
      [7000, 3],
      [8000, 4],
      [9000, 5],
    ]);
    expect(climb.effortFor('attic')).toBe(5);
  });

  it('climbs one level every 100 ms while the queue fills, and coalesces only when it is nearly full', () => {
    const climb = new Climb();
    climb.under({ fill: 0.6, delay: 0 }, 2000);
    expect(climb.moves).toEqual([0, 100, 200, 300, 400].map((ms, i) => [ms, i + 1]));
    climb.under(FULL, 2000);
    expect(climb.shedder.level).toBe(COALESCING);
    // Above learning off no forecast is left out by the shedder itself: the effort says only how much is learned.
    expect(climb.effortFor('attic')).toBe(5);
  });

  it('is down again within ten seconds of calm, a level at a time', () => {
    const climb = new Climb();
    climb.under(FULL, 5000);
    climb.moves.length = 0;
    expect(climb.under(CALM, 10_000)).toBe(0);
    expect(climb.moves.map(([, level]) => level)).toEqual([5, 4, 3, 2, 1, 0]);
    const gaps = climb.moves.slice(1).map(([ms], i) => ms - (climb.moves[i]?.[0] ?? 0));
    expect(gaps.every((gap) => gap >= 1500)).toBe(true);
  });

  it('stays where it is between pressure and calm', () => {
    const climb = new Climb();
    climb.under(SLOW, 6500);
    expect(climb.under({ fill: 0.3, delay: 300 }, 60_000)).toBe(2);
    // And a moment without calm begins the wait anew.
    climb.under(CALM, 1400);
    climb.under({ fill: 0.3, delay: 0 }, LOOK);
    expect(climb.under(CALM, 1400)).toBe(2);
  });

  it('does not hang where the clock is set back, and does not leap where it is set ahead', () => {
    const climb = new Climb();
    climb.under(FULL, 5000);
    climb.now -= 900_000;
    climb.under(FULL, 1000);
    expect(climb.under(CALM, 10_000)).toBe(0);

    climb.under(SLOW, 1000);
    climb.now -= 3_600_000;
    expect(climb.under(SLOW, 4900)).toBe(0);
    expect(climb.under(SLOW, 1200)).toBe(2);
  });

  it('moves by one level at most a tenth of a second, whatever the pressure', () => {
    const pressure = fc.record({ fill: fc.double({ min: 0, max: 1, noNaN: true }), delay: fc.nat(3000) });
    void fc.assert(
      fc.property(fc.array(fc.tuple(pressure, fc.nat(3000)), { maxLength: 60 }), (all) => {
        const shedder = new LoadShedder();
        let now = 0;
        let movedAt = Number.NEGATIVE_INFINITY;
        for (const [one, ms] of all) {
          now += ms;
          const before = shedder.level;
          if (!shedder.observe(toEpochMs(now), one)) continue;
          expect(Math.abs(shedder.level - before)).toBe(1);
          expect(now - movedAt).toBeGreaterThanOrEqual(100);
          expect(shedder.level > before ? one.fill > 0.5 || one.delay > 500 : one.fill < 0.25 && one.delay < 250).toBe(
            true,
          );
          movedAt = now;
        }
        expect(shedder.level).toBeGreaterThanOrEqual(0);
        expect(shedder.level).toBeLessThanOrEqual(COALESCING);
      }),
    );
  });

  describe('spares streams', () => {
    it('that send less than half of the mean', () => {
      const climb = new Climb();
      climb.under(SLOW, 7500);
      climb.second({ flood: 400, usual: 10, rare: 1 });
      // Mean 137: half of it is 68.5.
      expect(climb.second({ flood: 400, usual: 10, rare: 1 })).toEqual({ flood: 3, usual: 0, rare: 0 });
    });

    it('not at all where all send the same', () => {
      const climb = new Climb();
      climb.under(SLOW, 5500);
      climb.second({ attic: 20, barn: 20, cellar: 20 });
      expect(climb.second({ attic: 20, barn: 20, cellar: 20 })).toEqual({ attic: 1, barn: 1, cellar: 1 });
    });

    it('no longer than it was calm', () => {
      const climb = new Climb();
      climb.under(SLOW, 5500);
      climb.second({ flood: 100, rare: 1 });
      climb.under(CALM, 10_000);
      expect(climb.second({ flood: 100 })).toEqual({ flood: 0 });
    });
  });
});
