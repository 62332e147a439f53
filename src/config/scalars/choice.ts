import * as v from 'valibot';
import { closest } from '../problems/closest.ts';

/** One of a closed set of words. */
export function choice<const T extends string | number>(options: readonly T[]): v.GenericSchema<T, T> {
  return v.pipe(
    v.picklist(options, (issue) => explainChoice(issue.input, options)),
    v.metadata({ kind: namesOf(options) }),
  );
}

/** Names only our own words, never the value: it may have come from a secret. */
function explainChoice(input: unknown, options: readonly (string | number)[]): string {
  const guess = typeof input === 'string' ? closest(input, options.map(String)) : undefined;
  return `expected one of ${namesOf(options)}${guess === undefined ? '' : `; did you mean ${guess}?`}`;
}

/** Each once: a version may be written as number and as text. */
function namesOf(options: readonly (string | number)[]): string {
  return [...new Set(options.map(String))].join(', ');
}
