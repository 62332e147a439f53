import { describe, expect, it } from 'vitest';
import { ChangeScales } from '../../src/learner/changeScales.ts';
import { History } from '../../src/learner/history.ts';
import type { StateIo } from '../../src/model/stateIo.ts';
import { statefulContract } from '../contract/statefulContract.ts';

const FLOOR = 1e-3;

class Series {
  readonly history = new History();
  readonly scales = new ChangeScales([1, 10]);

  push(row: number, value: number, isReading = true): void {
    this.history.push(row, value);
    this.scales.update(this.history, value, isReading, FLOOR);
  }

  exchange(io: StateIo): void {
    this.history.exchange(io.within('history'));
    this.scales.exchange(io);
  }
}

describe('scales of changes', () => {
  it('are the change of a ramp over one step and over each horizon', () => {
    const series = new Series();
    for (let row = 0; row < 300; row++) series.push(row, 2 * row);
    expect(series.scales.ofStep(FLOOR)).toBeCloseTo(2, 6);
    expect([...series.scales.ofHorizons]).toEqual([expect.closeTo(2, 6), expect.closeTo(20, 6)]);
  });

  it('are no smaller than the floor, and stay where there is no reading', () => {
    const series = new Series();
    for (let row = 0; row < 30; row++) series.push(row, 5);
    expect([series.scales.ofStep(FLOOR), ...series.scales.ofHorizons]).toEqual([FLOOR, FLOOR, FLOOR]);
    for (let row = 30; row < 60; row++) series.push(row, row, false);
    expect([...series.scales.ofHorizons]).toEqual([FLOOR, FLOOR]);
  });
});

describe('as any component with state', () => {
  statefulContract<Series>({
    create: () => new Series(),
    advance: (series, row) => series.push(row, Math.sin(row), row % 4 > 0),
    observe: ({ scales }) => [...scales.ofHorizons],
    cuts: [0, 25],
    tail: 20,
  });
});
