/** Result of reading the configuration again. Options are dotted paths, those of an entry of `streams:` behind its topic. */
export interface Reloaded {
  /** Options that hold from the next message on. */
  readonly live: readonly string[];
  /** Options for which streams start anew with all that they have learned, one after the other. */
  readonly streams: readonly string[];
  /** Entries that were added or removed, or stand in another order. */
  readonly topics: readonly string[];
  /** Options for which the link to the broker is made anew. */
  readonly link: readonly string[];
  /** Options that wait for a start of the daemon. */
  readonly restart: readonly string[];
}
