import type * as v from 'valibot';

/** One step of the place of a problem that a check found itself. */
export function pathItem(input: object, key: string | number): v.ObjectPathItem {
  const record = input as Record<string, unknown>;
  return { type: 'object', origin: 'value', input: record, key: key as string, value: record[key] };
}
