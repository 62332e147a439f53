import * as v from 'valibot';
import type { Span } from '../../domain/streamSettings.ts';
import { duration } from '../scalars/durations.ts';
import { integer } from '../scalars/numbers.ts';

const LONGEST = { from: '1s', to: '365d' };
const MOST_READINGS = 1_000_000;

/** A number of readings, or a duration. */
export function span(from: number): v.GenericSchema<number | string, Span> {
  const readings = v.pipe(
    integer(from, MOST_READINGS, 'a duration such as 2h'),
    v.transform((rows): Span => ({ rows })),
  );
  const time = v.pipe(
    duration({ ...LONGEST, orWord: `a whole number of readings from ${from} to ${MOST_READINGS}` }),
    v.transform((ms): Span => ({ time: ms })),
  );
  return v.pipe(
    v.union([readings, time], 'expected a whole number of readings, or a duration such as 2h'),
    v.metadata({ kind: `integer, ${from} to ${MOST_READINGS}, or duration, ${LONGEST.from} to ${LONGEST.to}` }),
  );
}
