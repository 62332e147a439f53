import type * as v from 'valibot';
import { closest } from '../problems/closest.ts';
import { type Finding, type FindingPath, isPlainKey } from '../problems/finding.ts';
import { hintFor } from '../problems/otherNames.ts';
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
    return [{ path: [...path, key], at: 'key' as const, text: explainUnknown(key, path, entries) }];
  });
}

function inRecord(schema: v.GenericSchema, value: PlainObject, path: FindingPath): Finding[] {
  return Object.keys(value).flatMap((key) => {
    if (UNSAFE_KEYS.includes(key))
      return [{ path: [...path, key], at: 'key' as const, text: 'cannot be used as a name' }];
    return findUnknownKeys(schema, value[key], [...path, key]);
  });
}

function explainUnknown(key: string, path: FindingPath, entries: Shape['entries'] = {}): string {
  const known = Object.keys(entries);
  const hint = isPlainKey(key)
    ? (hintFor(key, path, known) ?? hintOf(closest(key, known) ?? insideOf(key, entries)))
    : undefined;
  return `unknown option; ${hint ?? `known here: ${known.join(', ')}`}`;
}

function hintOf(guess: string | undefined): string | undefined {
  return guess === undefined ? undefined : `did you mean ${guess}?`;
}

/** Path of the option of this name that one of the sections here has; undefined: none has it, or several have. */
function insideOf(key: string, entries: Shape['entries'] = {}): string | undefined {
  const found = pathsTo(key.toLowerCase(), entries);
  return found.length === 1 ? found[0] : undefined;
}

function pathsTo(key: string, entries: Readonly<Record<string, v.GenericSchema>>): readonly string[] {
  return Object.entries(entries).flatMap(([name, schema]) => {
    const inner = entriesOf(schema);
    if (inner === undefined) return [];
    const own = Object.hasOwn(inner, key) ? [key] : [];
    return [...own, ...pathsTo(key, inner)].map((path) => `${name}.${path}`);
  });
}

/** The options of a section. */
function entriesOf(schema: v.GenericSchema): Shape['entries'] | undefined {
  const { wrapped, entries } = schema as Shape;
  return wrapped === undefined ? entries : entriesOf(wrapped);
}

function isSchema(option: unknown): option is v.GenericSchema {
  return typeof option === 'object' && option !== null;
}
