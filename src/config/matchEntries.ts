import type { PlainObject } from './yaml/plainObject.ts';

/** Which entry of a configuration is which of another one. Numbers are positions in `streams:`. */
export interface EntryMatch {
  /** Positions before and after, in the order before. */
  readonly kept: readonly (readonly [number, number])[];
  readonly added: readonly number[];
  readonly removed: readonly number[];
  /** Two kept entries that may read the same topic, of which the first one wins, have changed places. */
  readonly isReordered: boolean;
}

/** Options that make an entry the one it is, the strictest rule first. */
const IDENTITIES: readonly (readonly string[])[] = [
  ['topic', 'id', 'target', 'fields'],
  ['topic', 'id'],
];

/** An entry is the same if topic, id and fields are; of those that remain, if topic and id are. */
export function matchEntries(before: readonly PlainObject[], after: readonly PlainObject[]): EntryMatch {
  const partners = new Map<number, number>();
  const free = new Set(after.keys());
  for (const identity of IDENTITIES) {
    const wanted = new Map<string, number[]>();
    for (const to of free) {
      const key = keyOf(after[to], identity);
      const places = wanted.get(key);
      if (places === undefined) wanted.set(key, [to]);
      else places.push(to);
    }
    for (const [from, entry] of before.entries()) {
      const to = partners.has(from) ? undefined : wanted.get(keyOf(entry, identity))?.shift();
      if (to === undefined) continue;
      partners.set(from, to);
      free.delete(to);
    }
  }
  const kept = [...partners].sort(([a], [b]) => a - b);
  return {
    kept,
    added: [...free],
    removed: [...before.keys()].filter((index) => !partners.has(index)),
    isReordered: kept.some(([from, to], i) =>
      kept.slice(i + 1).some(([later, place]) => place < to && mayMeet(before[from], before[later])),
    ),
  };
}

function keyOf(entry: PlainObject, options: readonly string[]): string {
  return JSON.stringify(options.map((option) => entry[option]));
}

/** True where some topic matches the filters of both entries (MQTT 4.7.1). */
function mayMeet(a: PlainObject, b: PlainObject): boolean {
  return doMeet(String(a['topic']).split('/'), String(b['topic']).split('/'));
}

function doMeet([first, ...rest]: readonly string[], [other, ...others]: readonly string[]): boolean {
  if (first === '#' || other === '#') return true;
  if (first === undefined || other === undefined) return first === other;
  return (first === other || first === '+' || other === '+') && doMeet(rest, others);
}
