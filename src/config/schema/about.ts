import * as v from 'valibot';

/**
 * When a changed option takes effect. `live`: with the next message. `stream`: once the streams of its entry have started anew. `link`: once
 * the link to the broker has been made anew. `restart`: once the daemon has started anew.
 */
export type Applies = 'live' | 'stream' | 'link' | 'restart';

/** The words of the reference and the JSON schema about an option. A type alias, because valibot wants an index signature. */
export type About = {
  readonly title: string;
  readonly description: string;
  /** undefined: it is a section. */
  readonly applies?: Applies;
  /** Unit of a plain number; durations and sizes carry theirs in the text. */
  readonly unit?: string;
  /** Name of the type in the reference where valibot's own name would not help a user. */
  readonly kind?: string;
};

/** Title and help of a section. */
export function about<T>(title: string, description: string): v.MetadataAction<T, About> {
  return v.metadata({ title, description });
}

/** When a change applies, title, help and unit of one option, beside its type and default: the one place from which all documents are made. */
export function option<T>(
  applies: Applies,
  title: string,
  description: string,
  unit?: string,
): v.MetadataAction<T, About> {
  return v.metadata(unit === undefined ? { title, description, applies } : { title, description, applies, unit });
}
