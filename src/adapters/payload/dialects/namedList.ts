import { LONGEST_BATCH } from '../batch.ts';

const NAMES = ['n', 'name', 'id', 'key', 'tag', 'metric', 'sensor', 'field', 'parameter', 'quantity', 'label'];
/** It may name the quantity, or the kind of number, which all elements share. */
const KIND = 'type';
const VALUES = ['v', 'value', 'val'];
/** A number, a date or a time of day is none, whatever key it has. */
const NO_UNIT = /^[\d:.,+\-TZ\s]*$/;
const UNITS = ['u', 'unit', 'units', 'uom', 'unit_of_measurement'];

export interface Named {
  readonly name: string;
  readonly value: unknown;
  readonly unit: string | undefined;
}

/** Tells whether a list has a name and a value in each of its elements: `{"name": "temp", "value": 21.5}`, `{"id": "Pump.A", "v": 7}`. */
export function isNamedList(list: object): list is readonly object[] {
  if (!Array.isArray(list) || list.length === 0 || list.length > LONGEST_BATCH || !list.every(isNamed)) return false;
  const kinds = list.filter((element: object) => nameKeyOf(element) === KIND);
  return new Set(kinds.map((element: { readonly type?: unknown }) => element.type)).size === kinds.length;
}

/** Tells whether a key is one of those under which objects hold their value. */
export function isValueKey(key: string): boolean {
  return VALUES.includes(key);
}

/** Unit that an object tells beside its value. */
export function unitBeside(holder: object): string | undefined {
  const unit = (holder as Readonly<Record<string, unknown>>)[keyOf(holder, UNITS) ?? ''];
  return typeof unit === 'string' && !NO_UNIT.test(unit) ? unit : undefined;
}

function nameKeyOf(element: object): string | undefined {
  return keyOf(element, NAMES, isName) ?? keyOf(element, [KIND], (value) => typeof value === 'string' && value !== '');
}

function isNamed(element: unknown): boolean {
  if (typeof element !== 'object' || element === null || Array.isArray(element)) return false;
  return nameKeyOf(element) !== undefined && keyOf(element, VALUES) !== undefined;
}

/** @param element one of a list of named values */
export function namedOf(element: object): Named {
  const record = element as Readonly<Record<string, unknown>>;
  return {
    name: String(record[nameKeyOf(element) ?? '']),
    value: record[keyOf(element, VALUES) ?? ''],
    unit: unitBeside(element),
  };
}

function keyOf(record: object, keys: readonly string[], fits: (value: unknown) => boolean = () => true) {
  return keys.find((key) => Object.hasOwn(record, key) && fits((record as Readonly<Record<string, unknown>>)[key]));
}

function isName(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || Number.isSafeInteger(value);
}
