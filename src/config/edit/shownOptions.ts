import { isDeepStrictEqual } from 'node:util';
import type { ShownOption } from '../../domain/optionControl.ts';
import type { Config } from '../config.ts';
import { isTagged, originOf } from '../layers/origins.ts';
import { matchEntries } from '../matchEntries.ts';
import { defaultOf, MASK, maskOption, valueAt } from '../optionList.ts';
import { type FindingPath, formatPath } from '../problems/finding.ts';
import { configSchema } from '../schema/configSchema.ts';
import { entriesOf, itemOf, listOptions, type Option } from '../schema/options.ts';
import type { PlainObject } from '../yaml/plainObject.ts';
import { type Change, entryKeyOf } from './change.ts';
import { isGuarded } from './guarded.ts';

const ROOT_OPTIONS: readonly Option[] = listOptions(configSchema).filter(({ path }) => path[0] !== 'streams');
const ENTRY_OPTIONS: readonly Option[] = listOptions(itemOf(entriesOf(configSchema)['streams']));

export interface ShownConfig {
  /** The configuration as it is written now, with what requests have changed. */
  readonly wanted: Config;
  readonly inForce: Config;
  /** Changes that are in no file. */
  readonly held: readonly Change[];
}

/** A place that has options: all of the daemon, or one entry of `streams:`. */
interface Holder {
  readonly above: FindingPath;
  readonly written: PlainObject;
  readonly inForce: PlainObject;
  /** Its place in the configuration that is in force. */
  readonly formerAbove: FindingPath;
  readonly key: string | undefined;
}

/** Names of all options of a configuration. */
export function* optionNames({ written }: Pick<Config, 'written'>): Iterable<string> {
  for (const { path } of ROOT_OPTIONS) yield formatPath(path);
  for (const index of written.streams.keys())
    for (const { path } of ENTRY_OPTIONS) yield formatPath(['streams', index, ...path]);
}

/** @param below a path; undefined: all outside of `streams:`, and of its entries those that are not as in `defaults` */
export function* shownOptions(configs: ShownConfig, below: string | undefined): Iterable<ShownOption> {
  const isBelow = (name: string): boolean =>
    below === undefined || name === below || name.startsWith(`${below}.`) || name.startsWith(`${below}[`);
  const { wanted, inForce } = configs;
  const root = { above: [], written: rootOf(wanted), inForce: rootOf(inForce), formerAbove: [], key: undefined };
  for (const option of ROOT_OPTIONS) if (isBelow(formatPath(option.path))) yield show(configs, root, option);
  const places = new Map(matchEntries(inForce.written.streams, wanted.written.streams).kept.map(([a, b]) => [b, a]));
  for (const [index, written] of wanted.written.streams.entries()) {
    const place = places.get(index);
    const former = (place === undefined ? undefined : inForce.written.streams[place]) ?? written;
    const formerAbove = ['streams', place ?? index];
    const holder = { above: ['streams', index], written, inForce: former, formerAbove, key: entryKeyOf(written) };
    for (const option of ENTRY_OPTIONS) {
      if (!isBelow(formatPath(['streams', index, ...option.path]))) continue;
      if (below !== undefined || isOwn(wanted, written, option)) yield show(configs, holder, option);
    }
  }
}

function rootOf({ written: { root, defaults } }: Config): PlainObject {
  return { ...root, defaults };
}

function isOwn({ written: { defaults } }: Config, entry: PlainObject, { path }: Option): boolean {
  const value = valueAt(entry, path);
  return value !== undefined && !isDeepStrictEqual(value, valueAt(defaults, path));
}

function show(configs: ShownConfig, holder: Holder, option: Option): ShownOption {
  const { wanted, held } = configs;
  const { above, written, key } = holder;
  const { path, schema, applies } = option;
  const name = formatPath([...above, ...path]);
  const dotted = path.join('.');
  const origin = originOf(wanted, [...above, ...path]);
  const isHeld = held.some((it) => it.kind === 'set' && it.entry === key && it.path.join('.') === dotted);
  const value = valueAt(written, path) ?? defaultOf(schema) ?? null;
  const former = valueAt(holder.inForce, path) ?? defaultOf(schema) ?? null;
  const ownName = key === undefined ? dotted : name;
  const isHidden = origin.kind === 'credential' || isTagged(wanted, [...above, ...path]);
  const wasHidden = isTagged(configs.inForce, [...holder.formerAbove, ...path]);
  const shown = isHidden ? MASK : maskOption(ownName, value);
  return {
    name,
    value: shown,
    inForce: isDeepStrictEqual(value, former) ? undefined : wasHidden ? MASK : maskOption(ownName, former),
    origin: isHeld ? 'request' : origin.kind,
    from: isHeld || origin.kind === 'default' ? undefined : origin.name,
    applies,
    isSecret: !isDeepStrictEqual(shown, value),
    mayChange: origin.kind !== 'env' && !isGuarded(ownName),
  };
}
