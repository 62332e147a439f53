import type { FindingPath } from '../problems/finding.ts';
import type { PlainObject } from '../yaml/plainObject.ts';

/** The giver of a value: a file by its path, or a variable of the environment by its name. */
export interface LayerOrigin {
  readonly kind: 'file' | 'env';
  readonly name: string;
}

/** Where the options of a configuration were written. Holds secrets. */
export interface ConfigSources {
  /** Files and variables in the order in which they were joined: a later one wins. */
  readonly layers: readonly {
    readonly origin: LayerOrigin;
    readonly value: PlainObject;
    /** Values that are read from elsewhere (`!env`, `!file`). */
    readonly tagged: readonly FindingPath[];
  }[];
  /** For each entry of `streams:` of the whole: its layer, and its position there. The entry of `source` has none. */
  readonly entries: readonly { readonly layer: number; readonly index: number }[];
}
