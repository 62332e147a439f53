import * as v from 'valibot';

/** What the reference and the JSON schema say about an option. A type alias, because valibot wants an index signature. */
export type About = {
  readonly title: string;
  readonly description: string;
  /** Unit of a plain number; durations and sizes carry theirs in the text. */
  readonly unit?: string;
  /** How the reference names the type where valibot's own name would not help a user. */
  readonly kind?: string;
};

/** Title, help and unit of one option, beside its type and default: the one place from which all documents are made. */
export function about<T>(title: string, description: string, unit?: string): v.MetadataAction<T, About> {
  return v.metadata(unit === undefined ? { title, description } : { title, description, unit });
}
