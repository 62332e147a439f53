import * as v from 'valibot';
import type { StreamSpec } from '../domain/streamSpec.ts';
import type { Config } from './config.ts';
import { type ConfigPlan, readsAlike, withLink, withOption } from './diff.ts';
import { bridgeSchema } from './schema/bridgeSchema.ts';
import { logSchema } from './schema/limitsSchema.ts';
import { pageSchema } from './schema/pageSchema.ts';
import { streamSchema } from './schema/streamSchema.ts';
import type { PlainObject } from './yaml/plainObject.ts';

/** The settings of the entries of `streams:` as they are now. */
export interface Settings {
  /**
   * One object for each entry, the same for as long as the entry is there and reads what it does; its `settings` are those of now, and of an entry that
   * is gone those that it had last.
   */
  readonly entries: readonly StreamSpec[];
  /** The configuration that is in force: where a plan begins. */
  readonly config: Config;
  /** Puts the live options of the plan in force, all at once. The plan has to begin at `config`. */
  apply(plan: ConfigPlan): void;
  /** Puts all options in force of the entries whose streams only have to start anew: a stream of theirs that starts has them from now on. */
  renew(plan: ConfigPlan): void;
  /**
   * Puts the entries of another configuration in force: those that are new or read something else, their order, and which are gone. One
   * that reads what it did keeps the settings that it has now.
   */
  arrange(wanted: Config, plan: ConfigPlan): void;
  /** Puts the options of the link to the broker in force. */
  relink(wanted: Config): void;
}

/** An entry, and its settings of now. */
class LivingEntry {
  readonly spec: StreamSpec;
  settings: StreamSpec['settings'];

  constructor(entry: StreamSpec) {
    const living = this;
    this.settings = entry.settings;
    this.spec = {
      ...entry,
      get settings() {
        return living.settings;
      },
    };
  }
}

export function createSettings(initial: Config): Settings {
  let config = initial;
  let living = initial.streams.map((entry) => new LivingEntry(entry));
  let entries = living.map(({ spec }) => spec);

  function enter(next: Config): void {
    config = next;
    for (const [index, { settings }] of next.streams.entries()) living[index].settings = settings;
  }

  return {
    get entries() {
      return entries;
    },
    get config() {
      return config;
    },
    apply(plan) {
      const live = plan.changed.filter((entry) => entry.live.length > 0);
      enter(withEntries(withLive(config, plan), new Map(live.map(({ index, written }) => [index, written]))));
    },
    renew(plan) {
      const renewed = plan.changed.flatMap(({ index, renewed: written }) =>
        written ? [[index, written] as const] : [],
      );
      enter(withEntries(config, new Map(renewed)));
    },
    arrange(wanted, plan) {
      const places = placesOf(config, wanted, plan);
      const next = arranged(config, wanted, places);
      living = places.map((from, to) => (from === undefined ? new LivingEntry(wanted.streams[to]) : living[from]));
      entries = living.map(({ spec }) => spec);
      enter(next);
    },
    relink(wanted) {
      enter(relinked(config, wanted));
    },
  };
}

/** Position before of each entry of the wanted configuration that reads what it did; undefined: it is another one. */
function placesOf(before: Config, wanted: Config, { kept }: ConfigPlan): readonly (number | undefined)[] {
  const former = new Map(kept.map(([from, to]) => [to, from]));
  return wanted.streams.map((entry, to) => {
    const from = former.get(to);
    return from !== undefined && readsAlike(before.streams[from], entry) ? from : undefined;
  });
}

/** The configuration with the entries of another one; those that stay keep their settings object, and their options as they are now. */
function arranged(before: Config, wanted: Config, places: readonly (number | undefined)[]): Config {
  const take = <T>(old: readonly T[], next: readonly T[]): readonly T[] =>
    places.map((from, to) => (from === undefined ? next[to] : old[from]));
  const written = {
    root: { ...before.written.root, source: wanted.written.root['source'] },
    defaults: wanted.written.defaults,
    streams: take(before.written.streams, wanted.written.streams),
  };
  return { ...before, streams: take(before.streams, wanted.streams), written, sources: wanted.sources };
}

/** The configuration with the link of another one. */
function relinked(before: Config, wanted: Config): Config {
  const { baseTopic, qos, outboundBuffer, session } = before.mqtt;
  const { expiry } = wanted.mqtt.session;
  return {
    ...before,
    mqtt: { ...wanted.mqtt, baseTopic, qos, outboundBuffer, session: { ...session, expiry } },
    written: { ...before.written, root: withLink(before.written.root, wanted.written.root) },
    secretFiles: wanted.secretFiles,
  };
}

/** The configuration with the live options of the daemon as they are after the plan. */
function withLive(before: Config, { live }: ConfigPlan): Config {
  if (live.length === 0) return before;
  const wanted = live.reduce((written, { path, value }) => withOption(written, path, value), before.written.root);
  const page = v.safeParse(pageSchema, wanted['page'] ?? {});
  // A page that stays open to other computers until a start keeps its token until then.
  const root = page.success ? wanted : { ...wanted, page: before.written.root['page'] };
  const log = v.parse(logSchema, root['log'] ?? {});
  const bridge = v.parse(bridgeSchema, root['bridge'] ?? {});
  return {
    ...before,
    log,
    bridge,
    page: page.success ? page.output : before.page,
    written: { ...before.written, root },
  };
}

/** The configuration with these entries, by their positions. Others keep their settings object. */
function withEntries(before: Config, entries: ReadonlyMap<number, PlainObject>): Config {
  const streams = [...before.streams];
  const written = [...before.written.streams];
  for (const [index, entry] of entries) {
    written[index] = entry;
    streams[index] = { ...streams[index], settings: v.parse(streamSchema, entry).settings };
  }
  return { ...before, streams, written: { ...before.written, streams: written } };
}
