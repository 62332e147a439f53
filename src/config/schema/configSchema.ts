import * as v from 'valibot';
import type { StreamSpec } from '../../domain/streamSpec.ts';
import type { DurationMs } from '../../domain/time.ts';
import type { Limits, LogSettings } from '../config.ts';
import { integer } from '../scalars/numbers.ts';
import { about, option } from './about.ts';
import { type BridgeSettings, bridgeSchema } from './bridgeSchema.ts';
import { type HomeAssistantSettings, homeAssistantSchema } from './homeAssistantSchema.ts';
import { healthSchema, limitsSchema, logSchema } from './limitsSchema.ts';
import { type MetricsSettings, metricsSchema } from './metricsSchema.ts';
import { type MqttOptions, mqttSchema } from './mqttSchema.ts';
import { type PageSettings, pageSchema } from './pageSchema.ts';
import { sourceName } from './sourceSchema.ts';
import { type StateOptions, stateSchema } from './stateSchema.ts';
import { defaultsSchema, streamSchema } from './streamSchema.ts';

const CONFIG_VERSION = 1;
const MOST_THREADS = 32;

/** The file after validation, before it is joined with what the computer says (host name, folder, credentials). */
export interface ConfigOptions {
  readonly mqtt: MqttOptions;
  readonly streams: readonly StreamSpec[];
  readonly threads: 'auto' | number;
  readonly limits: Limits;
  readonly state: StateOptions;
  readonly log: LogSettings;
  readonly health: { readonly interval: DurationMs };
  readonly bridge: BridgeSettings;
  readonly homeAssistant: HomeAssistantSettings;
  readonly metrics: MetricsSettings;
  readonly page: PageSettings;
}

const version = v.pipe(
  v.literal(CONFIG_VERSION, (issue) => explainVersion(issue.input)),
  v.metadata({ kind: String(CONFIG_VERSION) }),
);
const streams = v.pipe(
  v.array(streamSchema),
  v.minLength(1, 'name at least one topic to listen to'),
  v.maxLength(10_000, 'at most 10000 entries'),
  v.metadata({ kind: 'list' }),
);

const threads = v.pipe(
  v.union([v.literal('auto'), integer(0, MOST_THREADS)], `expected auto, or a whole number from 0 to ${MOST_THREADS}`),
  v.metadata({ kind: `auto, or integer, 0 to ${MOST_THREADS}` }),
);

const object = v.strictObject({
  version: v.pipe(v.optional(version, CONFIG_VERSION), option('restart', 'Version', 'Version of this format.')),
  mqtt: mqttSchema,
  defaults: v.pipe(
    v.optional(defaultsSchema, {}),
    about('Defaults', 'Options for every stream; an entry of `streams` may change each.'),
  ),
  streams: v.pipe(streams, about('Streams', 'What to listen to. May be left out with `source`.')),
  source: v.pipe(
    v.optional(sourceName),
    option(
      'live',
      'Source',
      'Also listens to every topic that no entry of `streams` matches, as an entry with topic `#` and this `source` would.',
    ),
  ),
  threads: v.pipe(
    v.optional(threads, 'auto'),
    option(
      'restart',
      'Threads',
      'Threads that forecast and learn, beside the one for messages; each stream is always on the same one. `auto`: the cores of the computer less one, 1 to 8. 0: none, all is done on one thread (least memory). The numbers are the same.',
      'threads',
    ),
  ),
  limits: v.pipe(
    v.optional(limitsSchema, {}),
    about('Limits', 'Bounds that keep the daemon small whatever is sent to it.'),
  ),
  state: v.pipe(
    v.optional(stateSchema, {}),
    about('State', 'How what was learned outlives the process, a power cut, and the flash it is kept on.'),
  ),
  log: v.pipe(v.optional(logSchema, {}), about('Log', 'What is logged, and how.')),
  health: v.pipe(v.optional(healthSchema, {}), about('Health', 'What the daemon says about itself.')),
  bridge: v.pipe(v.optional(bridgeSchema, {}), about('Bridge', 'Requests to the daemon over MQTT.')),
  home_assistant: v.pipe(
    v.optional(homeAssistantSchema, {}),
    about('Home Assistant', 'Devices and entities in Home Assistant, by its MQTT discovery.'),
  ),
  metrics: v.pipe(
    v.optional(metricsSchema, {}),
    about('Metrics', 'Metrics for Prometheus, and whether the daemon gets on, at the address of the page.'),
  ),
  page: v.pipe(
    v.optional(pageSchema, {}),
    about('Page', 'The page in the browser, and its API, at `http://<address>:<port>/`.'),
  ),
});

export const configSchema: v.GenericSchema<unknown, ConfigOptions> = v.pipe(
  object,
  v.transform(({ home_assistant: homeAssistant, ...others }): ConfigOptions => ({ ...others, homeAssistant })),
);

function explainVersion(input: unknown): string {
  if (typeof input === 'number' && Number.isInteger(input) && input > CONFIG_VERSION)
    return `this file has format version ${input}; this program reads version ${CONFIG_VERSION}: it is older than the file`;
  return `expected ${CONFIG_VERSION}`;
}
