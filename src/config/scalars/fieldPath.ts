import * as v from 'valibot';

/** Names that reach an object's prototype in JavaScript: never a key of ours, never a step of a path. */
export const UNSAFE_KEYS: readonly string[] = ['__proto__', 'prototype', 'constructor'];

/** Why a dotted path cannot be used, or undefined if it can. */
function faultOfPath(path: string): string | undefined {
  const steps = path.split('.');
  if (steps.some((step) => step === ''))
    return 'expected a dotted path such as temperature or ENERGY.Power, without empty parts';
  if (steps.length > 32) return 'a path has at most 32 parts';
  const unsafe = steps.find((step) => UNSAFE_KEYS.includes(step));
  return unsafe === undefined ? undefined : `${unsafe} cannot be part of a path`;
}

/** A dotted path into the JSON of a message. */
export function fieldPath(): v.GenericSchema<string, string> {
  return v.pipe(
    v.string('expected a dotted path such as temperature or ENERGY.Power'),
    v.maxLength(256, 'a path has at most 256 characters'),
    v.check(
      (path) => faultOfPath(path) === undefined,
      (issue) => faultOfPath(issue.input) as string,
    ),
    v.metadata({ kind: 'dotted path' }),
  );
}

/** True where the configuration takes the text as a dotted path. */
export function isFieldPath(text: string): boolean {
  return v.is(fieldPath(), text);
}
