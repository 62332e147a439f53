import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/tools/demo/sensors/random.ts';
import { HOME_STREAMS } from './homeStreams.ts';

const valuesOf = (name: string, seed = 1): number[] => {
  const stream = HOME_STREAMS.find((each) => each.name.startsWith(name))!;
  return stream.make(createRandom(seed)).map(({ value }) => value);
};

const changes = (values: readonly number[]): number[] => values.slice(1).map((value, i) => value - values[i]!);

describe.each(HOME_STREAMS)('$name', ({ make, skip, horizons }) => {
  const rows = make(createRandom(3));

  it('is finite, in the order of time, and long enough to be scored', () => {
    expect(rows.every(({ value }) => Number.isFinite(value))).toBe(true);
    expect(rows.slice(1).every(({ at }, i) => at > rows[i]!.at)).toBe(true);
    expect(rows.length - skip).toBeGreaterThan(100 + Math.max(...horizons));
  });

  it('comes from its seed', () => {
    expect(make(createRandom(3))).toEqual(rows);
    expect(make(createRandom(4))).not.toEqual(rows);
  });
});

describe('what makes them hard', () => {
  it('a pump that rests for longer than the input guard warms up, then starts at once', () => {
    const values = valuesOf('pump');
    const start = values.findIndex((value) => value > 0);
    const longest = values
      .join(' ')
      .match(/\b0( 0)+\b/g)!
      .map((idle) => idle.split(' ').length);
    expect(values[start]).toBeGreaterThan(500);
    expect(Math.max(...longest)).toBeGreaterThan(300);
  });

  it('a room in tenths of a degree, and one that speaks only when it has changed', () => {
    const onGrid = valuesOf('room on a grid');
    expect(onGrid.every((value) => Number(value.toFixed(1)) === value)).toBe(true);
    expect(changes(onGrid).filter((change) => change === 0).length / onGrid.length).toBeGreaterThan(0.15);
    expect(changes(valuesOf('room on change'))).not.toContain(0);
  });

  it('nights of exactly nothing, and a fridge that is off most of the time', () => {
    const nothing = (values: readonly number[]) => values.filter((value) => value === 0).length / values.length;
    expect(nothing(valuesOf('solar'))).toBeGreaterThan(0.45);
    expect(nothing(valuesOf('fridge'))).toBeGreaterThan(0.5);
  });

  it('a counter far from zero that never goes back', () => {
    const values = valuesOf('energy');
    expect(values[0]).toBeGreaterThan(18_000);
    expect(Math.min(...changes(values))).toBeGreaterThanOrEqual(0);
  });

  it('a summer that grows with its level', () => {
    const values = valuesOf('passengers');
    const swing = (from: number) =>
      Math.max(...values.slice(from, from + 12)) - Math.min(...values.slice(from, from + 12));
    expect(swing(168)).toBeGreaterThan(2 * swing(0));
  });
});
