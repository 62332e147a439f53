import type * as v from 'valibot';
import { closest } from '../problems/closest.ts';
import { type Finding, type FindingPath, isPlainKey } from '../problems/finding.ts';
import { UNSAFE_KEYS } from '../scalars/fieldPath.ts';
import { isPlainObject, type PlainObject } from './plainObject.ts';

/** The parts of a valibot schema that can hold keys. */
interface Shape {
  readonly wrapped?: v.GenericSchema;
  readonly entries?: Readonly<Record<string, v.GenericSchema>>;
  readonly item?: v.GenericSchema;
  readonly value?: v.GenericSchema;
  readonly options?: readonly unknown[];
}

/**
 * Every key that the schema does not know, where valibot itself stops at the first of each object;
 * and every list in the place of a mapping, which valibot takes for one.
 */
export function findUnknownKeys(schema: v.GenericSchema, value: unknown, path: FindingPath = []): Finding[] {
  const shape = schema as Shape;
  if (shape.wrapped !== undefined) return findUnknownKeys(shape.wrapped, value, path);
  if (shape.options !== undefined)
    return fittingOptions(shape.options, value).flatMap((option) => findUnknownKeys(option, value, path));
  if (Array.isArray(value)) {
    const { item, entries, value: recordValue } = shape;
    if (item !== undefined) return value.flatMap((element, index) => findUnknownKeys(item, element, [...path, index]));
    return (entries ?? recordValue) ? [{ path, at: 'value', text: 'expected a mapping (lines of key: value)' }] : [];
  }
  if (!isPlainObject(value)) return [];
  if (shape.entries !== undefined) return inObject(shape.entries, value, path);
  return shape.value === undefined ? [] : inRecord(shape.value, value, path);
}

/** For a list the options that are lists, where there are such. */
function fittingOptions(options: readonly unknown[], value: unknown): readonly v.GenericSchema[] {
  const schemas = options.filter(isSchema);
  const lists = schemas.filter((option) => (option as Shape).item !== undefined);
  return Array.isArray(value) && lists.length > 0 ? lists : schemas;
}

function inObject(
  entries: Readonly<Record<string, v.GenericSchema>>,
  value: PlainObject,
  path: FindingPath,
): Finding[] {
  return Object.keys(value).flatMap((key) => {
    if (Object.hasOwn(entries, key)) return findUnknownKeys(entries[key], value[key], [...path, key]);
    return [{ path: [...path, key], at: 'key' as const, text: explainUnknown(key, Object.keys(entries)) }];
  });
}

function inRecord(schema: v.GenericSchema, value: PlainObject, path: FindingPath): Finding[] {
  return Object.keys(value).flatMap((key) => {
    if (UNSAFE_KEYS.includes(key))
      return [{ path: [...path, key], at: 'key' as const, text: 'cannot be used as a name' }];
    return findUnknownKeys(schema, value[key], [...path, key]);
  });
}

function explainUnknown(key: string, known: readonly string[]): string {
  const guess = isPlainKey(key) ? closest(key, known) : undefined;
  return `unknown option; ${guess === undefined ? `known here: ${known.join(', ')}` : `did you mean ${guess}?`}`;
}

function isSchema(option: unknown): option is v.GenericSchema {
  return typeof option === 'object' && option !== null;
}
