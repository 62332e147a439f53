/** One key of an object whose keys are known. */
export interface QuickKey {
  /** The key in its quotes. */
  readonly quoted: Uint8Array;
  /** `time`: a text that `readExactTime` reads. `word`: a word of JSON, or a text that begins with a letter. */
  readonly holds: 'number' | 'time' | 'word';
}

/** Names of keys, as bytes. */
export type Keys = readonly Uint8Array[];

export function keysOf(names: readonly string[]): Keys {
  return names.map((name) => new TextEncoder().encode(name));
}
