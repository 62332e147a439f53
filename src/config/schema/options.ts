import * as v from 'valibot';
import type { About, Applies } from './about.ts';

export type Schema = v.GenericSchema;
type Entries = Readonly<Record<string, Schema>>;

/** One option of a section, or of a section below it. */
export interface Option {
  /** Keys from the section that was asked. */
  readonly path: readonly string[];
  readonly schema: Schema;
  readonly applies: Applies | undefined;
}

/** Every option of a section and of the sections below it, in the order of the schema. */
export function listOptions(section: Schema, above: readonly string[] = []): readonly Option[] {
  return Object.entries(entriesOf(section)).flatMap(([key, schema]) => {
    const path = [...above, key];
    return isSection(schema) ? listOptions(schema, path) : [{ path, schema, applies: aboutOf(schema).applies }];
  });
}

/** The schema of one entry of a list. */
export function itemOf(list: Schema): Schema {
  return (list as unknown as { readonly item: Schema }).item;
}

export function isSection(schema: Schema): boolean {
  return Object.keys(entriesOf(schema)).length > 0;
}

/** Options and sections by their keys; none: the schema is that of an option. */
export function entriesOf(schema: Schema): Entries {
  const { wrapped, entries } = schema as { readonly wrapped?: Schema; readonly entries?: Entries };
  return wrapped === undefined ? (entries ?? {}) : entriesOf(wrapped);
}

/** The words about an option, and those about its type. */
export function aboutOf(schema: Schema): Partial<About> {
  const { wrapped } = schema as { readonly wrapped?: Schema };
  return { ...(wrapped === undefined ? {} : v.getMetadata(wrapped)), ...v.getMetadata(schema) };
}
