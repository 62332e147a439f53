import * as v from 'valibot';
import type { StreamSpec } from '../domain/streamSpec.ts';
import type { Config } from './config.ts';
import type { ConfigPlan } from './diff.ts';
import { streamSchema } from './schema/streamSchema.ts';

/** The settings of the entries of `streams:` as they are now. */
export interface Settings {
  /** One object for each entry, the same for as long as the process runs; its `settings` are those of now. */
  readonly entries: readonly StreamSpec[];
  /** The configuration that is in force: where a plan begins. */
  readonly config: Config;
  /** Puts the live options of the plan in force, all at once. The plan has to begin at `config`. */
  apply(plan: ConfigPlan): void;
}

export function createSettings(initial: Config): Settings {
  let config = initial;
  return {
    entries: initial.streams.map((entry, index) => ({
      ...entry,
      get settings() {
        return config.streams[index].settings;
      },
    })),
    get config() {
      return config;
    },
    apply(plan) {
      config = withLive(config, plan);
    },
  };
}

/** The configuration before with the live options of the one after. Entries without such an option keep their settings object. */
function withLive(before: Config, { changed }: ConfigPlan): Config {
  const streams = [...before.streams];
  const written = [...before.written.streams];
  for (const { index, live, written: entry } of changed) {
    if (live.length === 0) continue;
    written[index] = entry;
    streams[index] = { ...streams[index], settings: v.parse(streamSchema, entry).settings };
  }
  return { ...before, streams, written: { ...before.written, streams: written } };
}
