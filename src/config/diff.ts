import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { StreamSpec } from '../domain/streamSpec.ts';
import type { Config } from './config.ts';
import { matchEntries } from './matchEntries.ts';
import type { Applies } from './schema/about.ts';
import { configSchema } from './schema/configSchema.ts';
import { entriesOf, itemOf, listOptions, type Option } from './schema/options.ts';
import { isPlainObject, type PlainObject } from './yaml/plainObject.ts';

/** The way from one configuration to another, as data. Options are dotted paths in the words of the file. */
export interface ConfigPlan {
  /** Options of the whole daemon that changed and wait for a start. */
  readonly restart: readonly string[];
  /** Options of the whole daemon that changed and apply at once. */
  readonly live: readonly LiveChange[];
  /** Options of the link to the broker that changed: it is made anew. */
  readonly link: readonly string[];
  /** Entries of both configurations with an option that changed, in the order of the first. */
  readonly changed: readonly EntryPlan[];
  /** Positions before and after of the entries of both. */
  readonly kept: readonly (readonly [number, number])[];
  /** Entries that may read the same topic, of which the first one wins, have changed places. */
  readonly isReordered: boolean;
  /** Entries of one configuration alone. They may take streams from other entries, or leave streams to them. */
  readonly added: readonly StreamSpec[];
  readonly removed: readonly StreamSpec[];
}

interface LiveChange {
  readonly path: readonly string[];
  /** The option as written; undefined: it is left out. */
  readonly value: unknown;
}

/** One entry of `streams:` that changed. */
interface EntryPlan {
  /** Its position in the configuration before. */
  readonly index: number;
  readonly topic: string;
  /** Options that apply with the next message. */
  readonly live: readonly string[];
  /** Options that apply once the streams of the entry have started anew. */
  readonly stream: readonly string[];
  /** The entry before, as written, with its live options as they are after. */
  readonly written: PlainObject;
  /** The entry after, as written, where it reads what the one before does: its streams only have to start anew. Else undefined. */
  readonly renewed: PlainObject | undefined;
}

/** `source` is an entry too. */
const OF_ENTRIES = ['defaults', 'streams', 'source'];
const ROOT_OPTIONS: readonly Option[] = listOptions(configSchema).filter(({ path }) => !OF_ENTRIES.includes(path[0]));
const ENTRY_OPTIONS: readonly Option[] = listOptions(itemOf(entriesOf(configSchema)['streams']));

/** Options of the daemon as written, with those of the link to the broker as they are in another configuration. */
export function withLink(written: PlainObject, wanted: PlainObject): PlainObject {
  const link = ROOT_OPTIONS.filter(({ applies }) => applies === 'link');
  return link.reduce((options, { path }) => withOption(options, path, optionAt(wanted, path)), written);
}

/** The plan of a change. Options are compared as they are understood: `60s` and `1m` are equal, and so are a default and its absence. */
export function diff(before: Config, after: Config): ConfigPlan {
  const { kept, added, removed, isReordered } = matchEntries(before.written.streams, after.written.streams);
  const changes = changedOptions(ROOT_OPTIONS, before.written.root, after.written.root);
  const named = (applies: Applies): string[] =>
    changes.filter((option) => option.applies === applies).map(({ path }) => nameOf(path));
  const link = named('link');
  // A credential of systemd is written nowhere.
  const hasNewPassword = link.length === 0 && before.mqtt.password !== after.mqtt.password;
  return {
    restart: named('restart'),
    live: changes
      .filter(({ applies }) => applies === 'live')
      .map(({ path }) => ({ path, value: optionAt(after.written.root, path) })),
    link: hasNewPassword ? ['mqtt.password'] : link,
    kept,
    isReordered,
    changed: kept.flatMap((pair) => planEntry(before, after, pair)),
    added: added.map((index) => after.streams[index]),
    removed: removed.map((index) => before.streams[index]),
  };
}

function planEntry(before: Config, after: Config, [from, to]: readonly [number, number]): readonly EntryPlan[] {
  const entry = before.written.streams[from];
  const wanted = after.written.streams[to];
  const changes = changedOptions(ENTRY_OPTIONS, entry, wanted);
  if (changes.length === 0) return [];
  const live = changes.filter(({ applies }) => applies === 'live');
  const written = live.reduce((options, { path }) => withOption(options, path, optionAt(wanted, path)), entry);
  const named = (options: readonly Option[]): string[] => options.map(({ path }) => nameOf(path));
  const others = changes.filter((option) => !live.includes(option));
  const [former, next] = [before.streams[from], after.streams[to]];
  const renewed = others.length > 0 && readsAlike(former, next) ? wanted : undefined;
  return [{ index: from, topic: former.topic, live: named(live), stream: named(others), written, renewed }];
}

/** The same messages give the same readings and labels to the same streams. */
export function readsAlike(one: StreamSpec, other: StreamSpec): boolean {
  return isDeepStrictEqual({ ...one, settings: undefined }, { ...other, settings: undefined });
}

function changedOptions(options: readonly Option[], before: PlainObject, after: PlainObject): readonly Option[] {
  return options.filter(
    ({ path, schema }) => !isDeepStrictEqual(parsedAt(schema, before, path), parsedAt(schema, after, path)),
  );
}

/** The value that the program gets; both configurations were found to be valid before. */
function parsedAt(schema: v.GenericSchema, written: PlainObject, path: readonly string[]): unknown {
  const value = optionAt(written, path);
  return value === undefined && schema.type !== 'optional' ? undefined : v.parse(schema, value);
}

function optionAt(written: PlainObject, path: readonly string[]): unknown {
  return path.reduce<unknown>((holder, key) => (isPlainObject(holder) ? holder[key] : undefined), written);
}

/** @param value undefined: the option is left out */
export function withOption(written: PlainObject, [key, ...rest]: readonly string[], value: unknown): PlainObject {
  const { [key]: old, ...others } = written;
  const inner = rest.length === 0 ? value : withOption(isPlainObject(old) ? old : {}, rest, value);
  return inner === undefined ? others : { ...others, [key]: inner };
}

/** The option as all documents have it. */
export function nameOf(path: readonly string[]): string {
  return path.join('.');
}
