import { type FindingPath, formatPath } from '../problems/finding.ts';
import { mergeOptions, type PlainObject } from '../yaml/plainObject.ts';
import type { Layer } from './layer.ts';

/** Where an entry of `streams:` stands. */
interface EntryPlace {
  readonly layer: Layer;
  /** Position in the `streams:` of its layer. */
  readonly index: number;
}

/** A place in one layer. */
interface LayerPlace {
  readonly layer: Layer;
  /** The option in the words of the layer. */
  readonly path: FindingPath;
  /** Characters from the start of the file. */
  readonly offset: number;
  /** False where only what should hold the option exists. */
  readonly exact: boolean;
}

/**
 * Several layers as one configuration. A later layer wins: sections are joined option by option, and the entries of its `streams:` stand
 * before those of the layers before, because of entries that read the same topic the first one has it.
 */
export interface JoinedLayers {
  readonly value: PlainObject;
  /** For each entry of `streams:` of the whole. */
  readonly entries: readonly EntryPlace[];
  /** Where an option of the whole stands, or the deepest section that should hold it. */
  locate(path: FindingPath, at: 'key' | 'value'): LayerPlace;
  /** An entry of `streams:`, as it is told beside another one: with its file, where that is not the same. */
  nameEntry(index: number, beside: number): string;
}

/** @param layers at least one */
export function joinLayers(layers: readonly Layer[]): JoinedLayers {
  const entries = [...layers].reverse().flatMap((layer) => entriesOf(layer).map((_, index) => ({ layer, index })));
  const joined = layers.reduce<unknown>((below, { value }) => mergeOptions(below, value), {}) as PlainObject;
  const faulty = layers.filter(({ value: { streams } }) => streams !== undefined && !Array.isArray(streams));
  const streams = faulty.at(-1)?.value['streams'] ?? (joined['streams'] && entries.map(entryAt));
  const ownerOf = (path: FindingPath): readonly [readonly Layer[], FindingPath] => {
    const [first, position, ...rest] = path;
    if (first === 'streams' && faulty.length > 0) return [faulty, path];
    if (first !== 'streams' || typeof position !== 'number') return [layers, path];
    const entry = entries[position];
    // The entry behind all others is that of `source`.
    return entry === undefined ? [layers, ['source']] : [[entry.layer], ['streams', entry.index, ...rest]];
  };
  return {
    value: streams === undefined ? joined : { ...joined, streams },
    entries,
    locate(path, at) {
      const [owners, own] = ownerOf(path);
      const { layer, offset, exact } = deepest(owners, own, at);
      return { layer, path: own, offset, exact };
    },
    nameEntry(index, beside) {
      const entry = entries[index];
      if (entry === undefined) return 'source';
      const path = ['streams', entry.index];
      return entry.layer === entries[beside]?.layer ? formatPath(path) : entry.layer.describePlace(path);
    },
  };
}

function entriesOf({ value: { streams } }: Layer): readonly unknown[] {
  return Array.isArray(streams) ? streams : [];
}

function entryAt({ layer, index }: EntryPlace): unknown {
  return entriesOf(layer)[index];
}

/** The last layer that has all of the path, else the first of those that have most of it. */
function deepest(
  layers: readonly Layer[],
  path: FindingPath,
  at: 'key' | 'value',
): { readonly layer: Layer; readonly offset: number; readonly exact: boolean } {
  const found = layers.map((layer) => ({ layer, ...layer.locate(path, at) }));
  const most = Math.max(...found.map(({ depth }) => depth));
  const exact = found.findLast((place) => place.exact);
  const nearest = exact ?? found.find(({ depth }) => depth === most);
  if (nearest === undefined) throw new RangeError('a configuration has at least one layer');
  return nearest;
}
