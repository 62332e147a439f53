import * as v from 'valibot';
import type { NotationRule } from '../../domain/notation.ts';
import type { FieldRule } from '../../domain/streamSpec.ts';
import { fieldPath } from '../scalars/fieldPath.ts';
import { pathItem } from '../scalars/pathItem.ts';
import { notationRuleEntries } from './notationSchema.ts';
import { faultOfName } from './topics.ts';
import { validRuleSchema } from './validSchema.ts';

const MAX_FIELDS = 256;

export const valueMap: v.GenericSchema<unknown, Record<string, number>> = v.pipe(
  v.record(
    v.string(),
    v.pipe(v.number('expected a number for this text, as in ON: 1'), v.finite('expected a finite number')),
  ),
  v.minEntries(1, 'name at least one text and its number, as in {ON: 1, OFF: 0}'),
  v.maxEntries(MAX_FIELDS, `at most ${MAX_FIELDS} texts`),
  v.description('Numbers for texts and booleans. Without it they are not numbers.'),
);

const rule = v.strictObject({
  path: v.optional(
    v.pipe(fieldPath(), v.description('Dotted path into the JSON. Without it the payload itself is the value.')),
  ),
  map: v.optional(valueMap),
  valid: v.pipe(
    v.optional(validRuleSchema),
    v.description('Which of its values are readings; what is not said here is as for the whole entry.'),
  ),
  ...notationRuleEntries,
});

const named = v.pipe(
  v.record(
    v.string(),
    v.union([fieldPath(), rule], 'expected a path, or a mapping with path, map, valid, parse and decimal'),
  ),
  v.minEntries(1, 'name at least one field'),
  v.maxEntries(MAX_FIELDS, `at most ${MAX_FIELDS} fields`),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const name of Object.keys(dataset.value)) {
      const fault = faultOfName(name);
      if (fault !== undefined)
        addIssue({ message: `the name of a field ${fault}`, path: [pathItem(dataset.value, name)] });
    }
  }),
);

const listed = v.pipe(
  v.array(fieldPath()),
  v.minLength(1, 'name at least one field'),
  v.maxLength(MAX_FIELDS, `at most ${MAX_FIELDS} fields`),
);

/** The notation of a field that says one. */
export function ownNotation({ parse, decimal }: NotationRule): { readonly notation?: NotationRule } {
  return parse === undefined && decimal === undefined ? {} : { notation: { parse, decimal } };
}

/** `auto`, a list of paths, or names with a path or with a path and numbers for texts. */
export const fieldsSchema: v.GenericSchema<unknown, 'auto' | readonly FieldRule[]> = v.pipe(
  v.union([v.literal('auto'), listed, named], 'expected auto, a list of paths, or names with their paths'),
  v.metadata({ kind: 'auto, list of paths, or name: path' }),
  v.transform((fields): 'auto' | readonly FieldRule[] => {
    if (fields === 'auto') return fields;
    if (Array.isArray(fields))
      return fields.map((path) => ({ path, name: undefined, map: undefined, valid: undefined }));
    return Object.entries(fields as v.InferOutput<typeof named>).map(([name, field]) =>
      typeof field === 'string'
        ? { path: field, name, map: undefined, valid: undefined }
        : { path: field.path, name, map: field.map, valid: field.valid, ...ownNotation(field) },
    );
  }),
);
