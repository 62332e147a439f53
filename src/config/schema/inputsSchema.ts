import * as v from 'valibot';
import type { InputRule } from '../../domain/streamSpec.ts';
import { fieldPath } from '../scalars/fieldPath.ts';
import { ownNotation, valueMap } from './fieldsSchema.ts';
import { notationRuleEntries } from './notationSchema.ts';
import { inputValidSchema } from './validSchema.ts';

/** Each makes the network of its stream larger. */
export const MAX_INPUTS = 16;

const rule = v.strictObject({
  path: v.pipe(fieldPath(), v.description('Dotted path into the JSON.')),
  map: v.optional(valueMap),
  valid: v.pipe(
    v.optional(inputValidSchema),
    v.description('Which of its values are readings; any other counts as a missing input.'),
  ),
  ...notationRuleEntries,
});

const named = v.pipe(
  v.record(
    v.string(),
    v.union([fieldPath(), rule], 'expected a path, or a mapping with path, map, valid, parse and decimal'),
  ),
  v.minEntries(1, 'name at least one input'),
  v.maxEntries(MAX_INPUTS, `at most ${MAX_INPUTS} inputs`),
);

const listed = v.pipe(
  v.array(fieldPath()),
  v.minLength(1, 'name at least one input'),
  v.maxLength(MAX_INPUTS, `at most ${MAX_INPUTS} inputs`),
);

/** A list of paths, or names with a path or with a path and numbers for texts. */
export const inputsSchema: v.GenericSchema<unknown, readonly InputRule[]> = v.pipe(
  v.union([listed, named], 'expected a list of paths, or names with their paths'),
  v.metadata({ kind: 'list of paths, or name: path' }),
  v.transform((inputs): readonly InputRule[] => {
    if (Array.isArray(inputs))
      return inputs.map((path) => ({ path, name: undefined, map: undefined, valid: undefined }));
    return Object.entries(inputs as v.InferOutput<typeof named>).map(([name, input]) =>
      typeof input === 'string'
        ? { path: input, name, map: undefined, valid: undefined }
        : { path: input.path, name, map: input.map, valid: input.valid, ...ownNotation(input) },
    );
  }),
);
