import * as v from 'valibot';

const WORDS = ['on', 'off', 'yes', 'no', 'true', 'false'] as const;

/** On or off. YAML 1.2 reads only `true` and `false` as booleans and `off` as text, which few users expect: all are taken. */
export function flag(): v.GenericSchema<boolean | string, boolean> {
  return v.pipe(
    v.union([v.boolean(), v.picklist(WORDS)], 'expected on or off (yes, no, true and false are fine too)'),
    v.metadata({ kind: 'on, off' }),
    v.transform((value) => value === true || value === 'on' || value === 'yes' || value === 'true'),
  );
}
