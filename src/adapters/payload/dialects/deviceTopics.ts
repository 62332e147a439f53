import type { StreamSpec } from '../../../domain/streamSpec.ts';
import { DIALECTS } from './dialects.ts';

const SHARE = '$share';

/**
 * Filters of the topics in which the devices of an entry describe themselves and say whether they are there, as far as its own filter leaves
 * them out: `zigbee2mqtt/kitchen` hears neither `zigbee2mqtt/bridge/devices` nor `zigbee2mqtt/kitchen/availability`.
 */
export function deviceTopics({ topic, source }: StreamSpec): readonly string[] {
  if (source === undefined || source.deviceTopics === false) return [];
  const all = topic.split('/');
  // Each member of a group hears of all devices.
  const levels = all[0] === SHARE ? all.slice(2) : all;
  const dialects = DIALECTS.filter(({ name }) => source.dialect === 'auto' || source.dialect === name);
  const filters = dialects.flatMap(({ about }) => about?.(levels, source.dialect !== 'auto') ?? []).filter(isFilter);
  return [...new Set(filters)].filter((filter) => !covers(levels, filter.split('/')));
}

/** A `#` stands at the end alone. */
function isFilter(filter: string): boolean {
  const at = filter.indexOf('#');
  return at < 0 || at === filter.length - 1;
}

/** Tells whether every topic that the second filter matches is one of the first. */
export function covers(wide: readonly string[], narrow: readonly string[]): boolean {
  for (const [i, level] of wide.entries()) {
    if (level === '#') return true;
    if (narrow[i] === undefined || narrow[i] === '#') return false;
    if (level !== '+' && level !== narrow[i]) return false;
  }
  return wide.length === narrow.length;
}
