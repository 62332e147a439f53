import { describe, expect, it } from 'vitest';
import { RangeDetector } from '../../../src/learner/anomaly/rangeDetector.ts';
import { Visits } from '../../../src/learner/anomaly/visits.ts';
import { statefulContract } from '../../contract/statefulContract.ts';

const STEP = 0.1;

/** Standby: 1.0 to 1.4 W in steps of 0.1 W. */
function resting(width = 4): RangeDetector {
  const range = new RangeDetector();
  for (let t = 0; t < 1000; t++) range.widen(1 + (STEP * (t % 5) * width) / 4);
  return range;
}

/** For each visit whether all, some or none of its readings were known. */
function knownIn(visits: readonly (readonly number[])[], range = resting()): (number | boolean)[] {
  const subject = new Visits();
  return visits.map((readings) => {
    const known = readings.map((reading) => {
      const isKnown = subject.isKnown(reading, 1.2, STEP, range);
      subject.see(reading);
      return isKnown;
    });
    subject.end(1.2);
    const share = known.filter(Boolean).length / known.length;
    return share === 0 || share === 1 ? share === 1 : share;
  });
}

const RUN = [2104.3, 2091.8, 2110.2];

it('knows where a motor ran once', () => {
  expect(knownIn([RUN, [2099.1, 2107.7], [2093], RUN])).toEqual([false, true, true, true]);
});

it('knows runs of one reading from the third on', () => {
  expect(knownIn([[2104.3], [2093.8], [2099]])).toEqual([false, false, true]);
});

it('never knows the word of a sensor that errs, nor an error of always the same size', () => {
  const word = [65_535, 65_535, 65_535];
  const offset = [501.1, 501.3, 501.2];
  expect(knownIn([word, word, word, word])).toEqual([false, false, false, false]);
  expect(knownIn([offset, offset, offset, offset])).toEqual([false, false, false, false]);
});

it('does not know another place than that of the last visits', () => {
  expect(knownIn([RUN, [-127, -120], RUN.map((reading) => 40 * reading)])).toEqual([false, false, false]);
  expect(
    knownIn([
      [-127, 85],
      [-127, 85],
    ]),
  ).toEqual([false, false]);
});

it('knows nothing of a series that moves', () => {
  expect(knownIn([RUN, RUN], resting(100))).toEqual([false, false]);
});

describe('its state', () => {
  const rows = [...RUN, Number.NaN, ...RUN, Number.NaN, 2095, 2101, Number.NaN, 5000, 5100, Number.NaN, 5040];
  const range = resting();
  statefulContract({
    create: () => new Visits(),
    advance: (visits, row) => {
      const reading = rows[row] as number;
      if (Number.isNaN(reading)) visits.end(1.2);
      else visits.see(reading);
    },
    observe: (visits) => [2100, 5050, 2200].map((reading) => visits.isKnown(reading, 1.2, STEP, range)),
    cuts: [0, 2, 4, 9, 12],
    tail: 3,
  });
});
