import * as v from 'valibot';
import { type AnomalySettings, DIRECTIONS } from '../../domain/streamSettings.ts';
import { choice } from '../scalars/choice.ts';
import { duration } from '../scalars/durations.ts';
import { numberWithin } from '../scalars/numbers.ts';
import { option } from './about.ts';
import { span } from './span.ts';

const LONGEST = { from: '1s', to: '365d' };
const RANGE = 'expected the lowest and the highest good reading, as in [0, 400]';

const bound = v.pipe(v.number(RANGE), v.finite(RANGE));
const range = v.pipe(
  v.strictTuple([bound, bound], RANGE),
  v.check(([low, high]) => low < high, 'the first number must be below the second'),
  v.metadata({ kind: '[lowest, highest]' }),
);

const object = v.strictObject({
  range: v.pipe(
    v.optional(range),
    option(
      'stream',
      'Range',
      "Lowest and highest good reading, in the sensor's unit. Outside the score is 2 or more, whatever was learned, from the first reading on.",
    ),
  ),
  direction: v.pipe(
    v.optional(choice(DIRECTIONS), 'both'),
    option(
      'stream',
      'Direction',
      '`up`: only readings above what was expected can be an anomaly; `down`: only those below. `range` is watched on both sides.',
    ),
  ),
  min_dev: v.pipe(
    v.optional(numberWithin(0, 1e37), 0),
    option(
      'stream',
      'Least deviation',
      "A reading nearer than this to what was expected (`yhat`) starts no anomaly, in the sensor's unit. Does not hold outside `range`.",
    ),
  ),
  min_rel_dev: v.pipe(
    v.optional(numberWithin(0, 1e6), 0),
    option('stream', 'Least relative deviation', 'The same as a share of what was expected: 0.05 is 5 %.'),
  ),
  threshold: v.pipe(
    v.optional(numberWithin(0.1, 100), 1),
    option(
      'stream',
      'Threshold',
      'The score is divided by this, so that 1.0 stays the alert. 2: an anomaly must be twice as strange; 0.7: more alarms.',
    ),
  ),
  hold_off: v.pipe(
    v.optional(span(0), 100),
    option(
      'stream',
      'Hold-off',
      'After the start of an anomaly no other starts for this long, unless it is three times as strange.',
      'readings',
    ),
  ),
  min_duration: v.pipe(
    v.optional(span(1), 1),
    option(
      'stream',
      'Least duration',
      'The score must stay at 1.0 or above for this long before an anomaly starts.',
      'readings',
    ),
  ),
  max_age: v.pipe(
    v.optional(duration(LONGEST), '1h'),
    option(
      'stream',
      'Largest age',
      'A reading that is older when it comes (after an outage) is learned and scored, but starts no anomaly; its payload says `late`.',
    ),
  ),
});

export const anomalySchema: v.GenericSchema<unknown, AnomalySettings> = v.pipe(
  object,
  v.transform(
    (o): AnomalySettings => ({
      range: o.range === undefined ? undefined : { low: o.range[0], high: o.range[1] },
      direction: o.direction,
      minDeviation: o.min_dev,
      minRelativeDeviation: o.min_rel_dev,
      threshold: o.threshold,
      holdOff: o.hold_off,
      minDuration: o.min_duration,
      maxAge: o.max_age,
    }),
  ),
);
