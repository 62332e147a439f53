import * as v from 'valibot';
import type { StreamSpec } from '../domain/streamSpec.ts';
import type { Config } from './config.ts';
import { type ConfigPlan, withOption } from './diff.ts';
import { bridgeSchema } from './schema/bridgeSchema.ts';
import { logSchema } from './schema/limitsSchema.ts';
import { streamSchema } from './schema/streamSchema.ts';
import type { PlainObject } from './yaml/plainObject.ts';

/** The settings of the entries of `streams:` as they are now. */
export interface Settings {
  /** One object for each entry, the same for as long as the process runs; its `settings` are those of now. */
  readonly entries: readonly StreamSpec[];
  /** The configuration that is in force: where a plan begins. */
  readonly config: Config;
  /** Puts the live options of the plan in force, all at once. The plan has to begin at `config`. */
  apply(plan: ConfigPlan): void;
  /** Puts all options in force of the entries whose streams only have to start anew: a stream of theirs that starts has them from now on. */
  renew(plan: ConfigPlan): void;
}

export function createSettings(initial: Config): Settings {
  let config = initial;
  const entries = initial.streams.map((entry, index) => ({
    ...entry,
    get settings() {
      return config.streams[index].settings;
    },
  }));
  return {
    entries,
    get config() {
      return config;
    },
    apply(plan) {
      const live = plan.changed.filter((entry) => entry.live.length > 0);
      config = withEntries(withLive(config, plan), new Map(live.map(({ index, written }) => [index, written])));
    },
    renew(plan) {
      const renewed = plan.changed.flatMap(({ index, renewed: written }) =>
        written ? [[index, written] as const] : [],
      );
      config = withEntries(config, new Map(renewed));
    },
  };
}

/** The configuration with the live options of the daemon as they are after the plan. */
function withLive(before: Config, { live }: ConfigPlan): Config {
  if (live.length === 0) return before;
  const root = live.reduce((written, { path, value }) => withOption(written, path, value), before.written.root);
  const log = v.parse(logSchema, root['log'] ?? {});
  const bridge = v.parse(bridgeSchema, root['bridge'] ?? {});
  return { ...before, log, bridge, written: { ...before.written, root } };
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
