import { describe, expect, it } from 'vitest';
import { ClassInputs } from '../../../src/learner/classify/classInputs.ts';
import { statefulContract } from '../../contract/statefulContract.ts';
import { noisySine } from '../../support/series.ts';

const SERIES = noisySine(3000);

function inputsAfter(values: readonly number[], isBelieved: (row: number) => boolean = () => true): number[] {
  const inputs = new ClassInputs(1);
  values.forEach((value, row) => {
    inputs.update(value, undefined, isBelieved(row));
  });
  return [...inputs.x];
}

describe('inputs for classes', () => {
  it('are within ±5 and finite, whatever comes', () => {
    const inputs = new ClassInputs(2);
    const values = [Number.NaN, 0, 0, 1e-300, 1e300, -1e37, 5, Number.POSITIVE_INFINITY, 7, 7, 7, -2];
    for (let row = 0; row < 400; row++) {
      inputs.update(values[row % values.length]!, [values[(row * 5) % values.length]!], row % 9 !== 0);
      for (const x of inputs.x) expect(Math.abs(x)).toBeLessThanOrEqual(5);
    }
  });

  it('are 0 before the first value, and then those of the last one where one is missing', () => {
    expect(inputsAfter([Number.NaN, Number.NaN])).toEqual(new Array(6).fill(0));
    const [level, logarithm] = inputsAfter([...SERIES, Number.NaN]);
    const [before, logarithmBefore] = inputsAfter(SERIES);
    expect([level, logarithm]).toEqual([before, logarithmBefore]);
  });

  it('tell small levels apart as well as large ones', () => {
    const machine = Array.from({ length: 3000 }, (_, row) => [2, 20, 200, 700][Math.floor(row / 50) % 4]!);
    const at = (watts: number): number => inputsAfter([...machine, ...new Array<number>(5).fill(watts)])[1]!;
    expect(at(20) - at(2)).toBeGreaterThan(0.3);
    expect(at(200) - at(20)).toBeGreaterThan(0.3);
  });

  it('count the rows since the last jump', () => {
    const since = (rows: number): number => inputsAfter([...SERIES, 500, ...new Array<number>(rows).fill(500)])[5]!;
    expect(since(0)).toBe(-0.5);
    expect(since(20)).toBeCloseTo(Math.log(21) / 3 - 0.5, 6);
  });

  it('move no scale by a value that is not believed, and little by one that is absurd', () => {
    const usual = inputsAfter(SERIES);
    const doubted = inputsAfter([...SERIES.slice(0, 1500), 65_535, ...SERIES.slice(1500)], (row) => row !== 1500);
    const believed = inputsAfter([...SERIES.slice(0, 1500), 65_535, ...SERIES.slice(1500)]);
    expect(Math.abs(doubted[0]! - usual[0]!)).toBeLessThan(0.01);
    expect(believed[0]! / usual[0]!).toBeGreaterThan(0.4);
  });
});

describe('as any component with state', () => {
  statefulContract<ClassInputs>({
    create: () => new ClassInputs(2),
    advance: (inputs, row) => inputs.update(SERIES[row]!, [row % 7], row % 5 !== 0),
    observe: (inputs) => [...inputs.x],
    cuts: [0, 1, 100],
    tail: 20,
  });
});
