import fc from 'fast-check';
import { EXPERT_NAMES } from '../../src/domain/expertName.ts';
import {
  CLASS_SOURCES,
  type ClassAnswer,
  type ClassScores,
  type Expectation,
  type Forecast,
  LEARNER_STATES,
} from '../../src/domain/forecast.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import type { Horizon } from '../../src/domain/streamSettings.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { forecastOf } from '../pipeline/samples.ts';

/** A number that may be missing is never NaN otherwise. */
const maybe: fc.Arbitrary<number | null> = fc.option(fc.double({ noNaN: true }));
const bounds: fc.Arbitrary<Expectation> = fc.record({ mean: fc.double(), lower: maybe, upper: maybe });
/** Without a mean there is none. */
const expected = fc.option(fc.record({ mean: fc.double({ noNaN: true }), lower: maybe, upper: maybe }));
const share = fc.double({ noNaN: true, min: 0, max: 1 });

const scores: fc.Arbitrary<ClassScores> = fc.record({
  labels: fc.nat(),
  labelled: share,
  accuracy: share,
  macroF1: share,
  seen: fc.nat({ max: 32 }),
  calibrationError: share,
});

const classAnswer: fc.Arbitrary<ClassAnswer> = fc
  .uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), { minLength: 2, maxLength: 6 })
  .chain((classes) =>
    fc.record({
      label: fc.constantFrom(...classes),
      classes: fc.constant(classes),
      probabilities: fc.array(fc.double({ noNaN: true }), { minLength: classes.length, maxLength: classes.length }),
      since: fc.double({ noNaN: true, min: -8.64e15, max: 8.64e15 }).map(toEpochMs),
      source: fc.constantFrom(...CLASS_SOURCES),
      scores: fc.option(scores),
    }),
  );

/** Whatever a forecast of one of these streams can hold. */
export function anyForecast(
  ...streams: { readonly id: StreamId; readonly horizons: readonly Horizon[] }[]
): fc.Arbitrary<Forecast> {
  return fc
    .record({ stream: fc.constantFrom(...streams), isKnown: fc.boolean() })
    .chain(({ stream: { id, horizons }, isKnown }) =>
      fc.record({
        stream: fc.constant(id),
        at: fc.double({ noNaN: true, min: -8.64e15, max: 8.64e15 }).map(toEpochMs),
        value: maybe,
        expected,
        horizons: fc
          .array(bounds, { minLength: horizons.length, maxLength: horizons.length })
          .map((all) => (isKnown ? all.map((one, k) => ({ horizon: horizons[k]!, ...one })) : [])),
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
      ...(isLate && { late: true as const }),
      ...(judged !== null && { classAnswer: judged }),
    }));
}

export const ANSWER: ClassAnswer = {
  label: 'b',
  classes: ['a', 'b'],
  probabilities: [0.25, 0.75],
  since: toEpochMs(1),
  source: 'net',
  scores: { labels: 1, labelled: 0.5, accuracy: 1, macroF1: 1, seen: 1, calibrationError: 0.25 },
};

/** A forecast with every field. */
export const fullForecast = (stream: string): Required<Forecast> => ({
  ...forecastOf(stream, 1),
  late: true,
  classAnswer: ANSWER,
});
