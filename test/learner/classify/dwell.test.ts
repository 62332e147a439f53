import { describe, expect, it } from 'vitest';
import { toDurationMs } from '../../../src/domain/time.ts';
import { Dwell } from '../../../src/learner/classify/dwell.ts';
import { statefulContract } from '../../contract/statefulContract.ts';

describe('dwell', () => {
  it('publishes a new class after so many rows, the first one at once', () => {
    const dwell = new Dwell({ rows: 3 });
    const published = [0, 0, 1, 0, 1, 1, 1, 0].map((label, row) => dwell.publish(label, 0.5, row));
    expect(published).toEqual([0, 0, 0, 0, 0, 0, 1, 1]);
  });

  it('or at once where it is likely enough', () => {
    const dwell = new Dwell({ rows: 3 });
    dwell.publish(0, 0.5, 0);
    expect(dwell.publish(1, 0.6, 1)).toBe(1);
  });

  it('or after so much time', () => {
    const dwell = new Dwell({ time: toDurationMs(1000) });
    const published = [0, 500, 1400, 1500].map((at, row) => dwell.publish(row === 0 ? 0 : 1, 0.5, at));
    expect(published).toEqual([0, 0, 0, 1]);
  });

  it('knows since when its class has been published, also under a new place', () => {
    const dwell = new Dwell({ rows: 2 });
    const since = [0, 1, 0, 1, 1, 1].map((label, row) => {
      dwell.publish(label, 0.5, 10 * row);
      return dwell.publishedSince;
    });
    expect(since).toEqual([0, 0, 0, 0, 40, 40]);
    dwell.changeClasses([1, 0]);
    dwell.publish(0, 0.9, 60);
    expect(dwell.publishedSince).toBe(40);
  });

  it('goes on with the class under its new place, and begins anew without it', () => {
    const dwell = new Dwell({ rows: 5 });
    dwell.publish(0, 0.9, 0);
    dwell.changeClasses([1, 0]);
    expect(dwell.publish(0, 0.5, 1)).toBe(1);
    dwell.changeClasses([0]);
    expect(dwell.publish(0, 0.5, 2)).toBe(0);
  });
});

describe('as any component with state', () => {
  statefulContract<Dwell & { last?: number }>({
    create: () => new Dwell({ rows: 4 }),
    advance: (dwell, row) => void dwell.publish(Math.floor(row / 3) % 2, 0.5, row),
    observe: (dwell) => [dwell.publishedSince],
    cuts: [0, 2, 9],
    tail: 12,
  });
});
