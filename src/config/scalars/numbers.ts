import * as v from 'valibot';

/** A whole number within bounds, both included. `orWord`: what else the option takes. */
export function integer(from: number, to: number, orWord?: string): v.GenericSchema<number, number> {
  const message = `expected ${orWord === undefined ? '' : `${orWord}, or `}a whole number from ${from} to ${to}`;
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(from, message),
    v.maxValue(to, message),
    v.metadata({ kind: `integer, ${from} to ${to}` }),
  );
}

/** A number within bounds, both included; NaN and infinities are outside of any. `orWord` as for `integer`. */
export function numberWithin(from: number, to: number, orWord?: string): v.GenericSchema<number, number> {
  const message = `expected ${orWord === undefined ? '' : `${orWord}, or `}a number from ${from} to ${to}`;
  return v.pipe(
    v.number(message),
    v.minValue(from, message),
    v.maxValue(to, message),
    v.metadata({ kind: `number, ${from} to ${to}` }),
  );
}
