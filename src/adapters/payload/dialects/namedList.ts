import { LONGEST_BATCH } from '../batch.ts';

const NAMES = ['n', 'name', 'id', 'key', 'tag', 'metric', 'sensor', 'field', 'parameter'];
const VALUES = ['v', 'value', 'val'];
const UNITS = ['u', 'unit', 'uom'];

export interface Named {
  readonly name: string;
  readonly value: unknown;
  readonly unit: string | undefined;
}

/** Tells whether a list has a name and a value in each of its elements: `{"name": "temp", "value": 21.5}`, `{"id": "Pump.A", "v": 7}`. */
export function isNamedList(list: object): list is readonly object[] {
  return Array.isArray(list) && list.length > 0 && list.length <= LONGEST_BATCH && list.every(isNamed);
}

function isNamed(element: unknown): boolean {
  if (typeof element !== 'object' || element === null || Array.isArray(element)) return false;
  return keyOf(element, NAMES, isName) !== undefined && keyOf(element, VALUES) !== undefined;
}

/** @param element one of a list of named values */
export function namedOf(element: object): Named {
  const record = element as Readonly<Record<string, unknown>>;
  const unit = record[keyOf(element, UNITS) ?? ''];
  return {
    name: String(record[keyOf(element, NAMES, isName) ?? '']),
    value: record[keyOf(element, VALUES) ?? ''],
    unit: typeof unit === 'string' ? unit : undefined,
  };
}

function keyOf(record: object, keys: readonly string[], fits: (value: unknown) => boolean = () => true) {
  return keys.find((key) => Object.hasOwn(record, key) && fits((record as Readonly<Record<string, unknown>>)[key]));
}

function isName(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || Number.isSafeInteger(value);
}
