import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXPERT_NAMES } from '../../../src/domain/expertName.ts';
import {
  CLASS_SOURCES,
  type ClassAnswer,
  type ClassScores,
  type Expectation,
  type Forecast,
  LEARNER_STATES,
} from '../../../src/domain/forecast.ts';
import { toDurationMs, toEpochMs } from '../../../src/domain/time.ts';
import { decodeForecasts, encodeForecasts, type KnownStream } from '../../../src/hosts/threads/forecastRows.ts';
import { forecastOf, idOf } from '../../pipeline/samples.ts';

/** Indexes are far apart: they count up over years. */
const STREAMS: readonly (KnownStream & { readonly index: number })[] = [
  { index: 0, id: idOf('one'), horizons: [{ label: '1', steps: 1 }] },
  { index: 4_000_000_000, id: idOf('none/yet'), horizons: [] },
  {
    index: 7,
    id: idOf('many/horizons'),
    horizons: [
      { label: '1', steps: 1 },
      { label: '15m', steps: 3 },
      { label: '1h', steps: 12 },
      { label: '288', steps: 288 },
    ],
  },
];
const indexOf = (id: string): number => STREAMS.find((stream) => stream.id === id)?.index as number;
const streamOf = (index: number): KnownStream | undefined => STREAMS.find((stream) => stream.index === index);

const anyNumber = fc.double();
/** A number that may be missing is never NaN otherwise. */
const maybe: fc.Arbitrary<number | null> = fc.option(fc.double({ noNaN: true }));
const expectation: fc.Arbitrary<Expectation> = fc.record({ mean: anyNumber, lower: maybe, upper: maybe });

const scores: fc.Arbitrary<ClassScores> = fc.record({
  labels: fc.nat(),
  labelled: fc.double({ noNaN: true, min: 0, max: 1 }),
  accuracy: fc.double({ noNaN: true, min: 0, max: 1 }),
  macroF1: fc.double({ noNaN: true, min: 0, max: 1 }),
  seen: fc.nat({ max: 32 }),
  calibrationError: fc.double({ noNaN: true, min: 0, max: 1 }),
});
const classAnswer: fc.Arbitrary<ClassAnswer> = fc
  .uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), { minLength: 2, maxLength: 6 })
  .chain((classes) =>
    fc.record({
      label: fc.constantFrom(...classes),
      classes: fc.constant(classes),
      probabilities: fc.array(fc.double({ noNaN: true }), { minLength: classes.length, maxLength: classes.length }),
      source: fc.constantFrom(...CLASS_SOURCES),
      scores: fc.option(scores),
    }),
  );

const forecast: fc.Arbitrary<Forecast> = fc
  .record({ stream: fc.constantFrom(...STREAMS), isKnown: fc.boolean() })
  .chain(({ stream, isKnown }) =>
    fc.record({
      stream: fc.constant(stream.id),
      at: fc.double({ noNaN: true, min: -8.64e15, max: 8.64e15 }).map(toEpochMs),
      value: maybe,
      expected: fc.option(expectation),
      horizons: fc
        .array(expectation, { minLength: stream.horizons.length, maxLength: stream.horizons.length })
        .map((all) => (isKnown ? all.map((one, k) => ({ horizon: stream.horizons[k]!, ...one })) : [])),
      anomalyScore: maybe,
      anomaly: fc.boolean(),
      isLate: fc.boolean(),
      state: fc.constantFrom(...LEARNER_STATES),
      source: fc.constantFrom(...EXPERT_NAMES),
      skill: maybe,
      coverage: maybe,
      samples: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      resolution: fc.double({ noNaN: true, min: 0 }),
      cadence: fc.option(fc.double({ noNaN: true, min: 0 }).map(toDurationMs)),
      judged: fc.option(classAnswer),
    }),
  )
  .map(({ isLate, judged, ...rest }) => ({
    ...rest,
    ...(isLate && { late: true }),
    ...(judged !== null && { classAnswer: judged }),
  }));

const ANSWER: ClassAnswer = {
  label: 'b',
  classes: ['a', 'b'],
  probabilities: [0.25, 0.75],
  source: 'net',
  scores: { labels: 1, labelled: 0.5, accuracy: 1, macroF1: 1, seen: 1, calibrationError: 0.25 },
};

describe('forecasts as rows', () => {
  it('come back as they were, to the last bit, whatever they hold', () => {
    void fc.assert(
      fc.property(fc.array(forecast, { maxLength: 8 }), fc.array(anyNumber, { maxLength: 3 }), (forecasts, heading) => {
        const rows = encodeForecasts(forecasts, indexOf, heading);
        // toEqual tells −0 from 0 and takes NaN for NaN.
        expect([...rows.subarray(0, heading.length)]).toEqual(heading);
        expect(decodeForecasts(rows, heading.length, streamOf)).toEqual(forecasts);
      }),
      { numRuns: 500 },
    );
  });

  it('have every field of the type: one that is added has to be added here', () => {
    const full: Required<Forecast> = { ...forecastOf('one', 1), late: true, classAnswer: ANSWER };
    const [decoded] = decodeForecasts(encodeForecasts([full], indexOf, []), 0, streamOf);
    expect(Object.keys(decoded as Forecast).sort()).toEqual(Object.keys(full).sort());
  });

  it('take their horizons from what the receiver knows', () => {
    const { horizons } = STREAMS[2]!;
    const sent = horizons.map(({ steps }, k) => ({
      horizon: { label: 'another', steps },
      mean: k,
      lower: null,
      upper: null,
    }));
    const rows = encodeForecasts([forecastOf('many/horizons', 1, { horizons: sent })], indexOf, []);
    const [received] = decodeForecasts(rows, 0, streamOf);
    received?.horizons.forEach(({ horizon }, k) => {
      expect(horizon).toBe(horizons[k]);
    });
  });

  const rows = (change: (rows: Float64Array) => void, answer: Partial<Forecast> = {}): Float64Array => {
    const encoded = encodeForecasts([forecastOf('one', 1, { horizons: [], ...answer })], indexOf, []);
    change(encoded);
    return encoded;
  };
  it.each([
    ['an unknown stream', rows((all) => all.fill(3, 0, 1))],
    ['more horizons than the stream has', rows((all) => all.fill(2, 15, 16))],
    ['a count that is none', rows((all) => all.fill(Number.NaN, 15, 16))],
    ['a count below zero', rows((all) => all.fill(-1, 15, 16))],
    ['a part of a row', rows(() => undefined).subarray(0, 10)],
    ['a horizon that is cut off', rows((all) => all.fill(1, 15, 16)).subarray(0, 17)],
    ['a class that there is not', rows((all) => all.fill(2, 17, 18), { classAnswer: ANSWER })],
    ['a class that is cut off', rows(() => undefined, { classAnswer: ANSWER }).subarray(0, -1)],
  ])('are refused with %s', (_, wrong) => {
    expect(() => decodeForecasts(wrong, 0, streamOf)).toThrow(RangeError);
  });
});
