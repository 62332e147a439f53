import type { NamedInput } from '../../domain/memoryProbe.ts';

/** The features of one reading and its past, by the beginning of their names; in the order in which people look at them. */
const GROUPS: readonly (readonly [start: string, group: string])[] = [
  ['level', 'level of this reading'],
  ['change', 'change since the last'],
  ['rhythm', 'rhythm of arrival'],
  ['lag ', 'readings before it'],
  ['calendar ', 'time of day and week'],
  ['day before ', 'a day ago'],
  ['week before ', 'a week ago'],
  ['linear ', 'linear forecast'],
];
const OF_OTHER_FIELD = /^(?:level|age|difference \d+) of (.*)$/s;
/** An input whose name is not known, by its place. */
const PLACE = /^#(\d+)$/;

/** A network's input, by the name that its feature has: what belongs to another field of the message is a group of its own. */
export function namedFeature(feature: string): NamedInput {
  const [, key] = OF_OTHER_FIELD.exec(feature) ?? [];
  if (key !== undefined) {
    const field = fieldOf(key);
    return { name: feature.slice(0, feature.length - key.length) + field, group: field };
  }
  const group = GROUPS.find(([start]) => feature.startsWith(start))?.[1] ?? feature;
  return { name: feature, group };
}

function fieldOf(key: string): string {
  const [, place] = PLACE.exec(key) ?? [];
  return place === undefined ? key : `input ${Number(place) + 1}`;
}
