import * as v from 'valibot';

/** Any text that is not empty. A number where text is meant (`password: 12345`) must be quoted, so that 010 stays 010. */
export function text(maxLength: number): v.GenericSchema<string, string> {
  return v.pipe(
    v.string('expected text (put it in quotes if it looks like a number)'),
    v.minLength(1, 'must not be empty'),
    v.maxLength(maxLength, `must not be longer than ${maxLength} characters`),
    v.metadata({ kind: 'text' }),
  );
}
