import type { Config } from '../config.ts';
import { originOf } from '../layers/origins.ts';
import { formatPath } from '../problems/finding.ts';
import type { PlainObject } from '../yaml/plainObject.ts';
import type { YamlEdit } from './editYaml.ts';

/** Identity of an entry of `streams:`, which outlives a change of its place in the list. */
export type EntryKey = string;

/** A change of the configuration, in the words of its files. */
export type Change =
  /** `entry`: undefined for an option outside of `streams:`. `value`: undefined takes the option out. */
  | {
      readonly kind: 'set';
      readonly entry: EntryKey | undefined;
      readonly path: readonly string[];
      readonly value: unknown;
    }
  | { readonly kind: 'add'; readonly value: PlainObject }
  | { readonly kind: 'remove'; readonly entry: EntryKey };

/** A change in the text of a file. */
export interface PlacedEdit extends YamlEdit {
  readonly file: string;
}

/** `gone`: the entry is no more. `env`: a variable of the environment has the last word. `source`: the entry stands in no file. */
export type Misplaced = 'gone' | 'env' | 'source';

export function entryKeyOf(entry: PlainObject): EntryKey {
  return JSON.stringify(['topic', 'id', 'target', 'fields'].map((option) => entry[option]));
}

/** Position of the entry in `streams:`; -1: it is no more. */
function positionOf({ written }: Pick<Config, 'written'>, key: EntryKey): number {
  return written.streams.findIndex((entry) => entryKeyOf(entry) === key);
}

/** The option or entry that a change is about, as messages name it. */
export function nameOfChange(config: Config, change: Change): string {
  if (change.kind === 'add') return 'streams';
  const path = change.kind === 'set' ? change.path : [];
  return formatPath(change.entry === undefined ? path : ['streams', positionOf(config, change.entry), ...path]);
}

/** Two changes of the same option: the later one replaces the earlier one. */
export function isSameOption(one: Change, other: Change): boolean {
  if (one.kind !== 'set' || other.kind !== 'set' || one.entry !== other.entry) return false;
  return one.path.join('.') === other.path.join('.');
}

/** Where a change belongs in the files of a configuration. */
export function placeChange(config: Config, change: Change): PlacedEdit | Misplaced {
  const file = config.file ?? '';
  if (change.kind === 'add') return placeNewEntry(config, change.value);
  const value = change.kind === 'set' ? change.value : undefined;
  const path = change.kind === 'set' ? change.path : [];
  if (change.entry === undefined) {
    const origin = originOf(config, path);
    if (origin.kind === 'env') return 'env';
    return { file: origin.kind === 'file' ? origin.name : file, path, value };
  }
  const position = positionOf(config, change.entry);
  if (position < 0) return 'gone';
  const place = config.sources.entries[position];
  const layer = place && config.sources.layers[place.layer];
  if (place === undefined || layer === undefined) return 'source';
  if (layer.origin.kind === 'env') return 'env';
  return { file: layer.origin.name, path: ['streams', place.index, ...path], value };
}

/** Behind the entries of the configuration file itself. */
function placeNewEntry({ file = '', sources }: Config, value: PlainObject): PlacedEdit {
  const [own] = sources.layers;
  const written = own?.value['streams'];
  return { file, path: ['streams', Array.isArray(written) ? written.length : 0], value };
}
