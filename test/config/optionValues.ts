import type { Config } from '../../src/config/config.ts';
import type { ConfigPlan } from '../../src/config/diff.ts';
import { configSchema } from '../../src/config/schema/configSchema.ts';
import { entriesOf, itemOf, listOptions, type Option } from '../../src/config/schema/options.ts';
import { parse } from './context.ts';

export const SERVER = 'mqtts://h';

/** A configuration of entries, and of options of the daemon, as objects. */
export function configOf(streams: readonly object[], root: Readonly<Record<string, object>> = {}): Config {
  const { mqtt, ...others } = root;
  return parse(JSON.stringify({ mqtt: { server: SERVER, ...mqtt }, streams, ...others }));
}

/** A plan without the places of entries. */
export type Changes = Omit<ConfigPlan, 'kept'>;

export function changesOf({ kept: _, ...changes }: ConfigPlan): Changes {
  return changes;
}

export const NOTHING: Changes = {
  ...{ live: [], link: [], restart: [] },
  ...{ changed: [], added: [], removed: [], isReordered: false },
};

/** Options of an entry of `streams:`. */
export const ENTRY_OPTIONS: readonly Option[] = listOptions(
  itemOf(entriesOf(configSchema)['streams'] as Parameters<typeof itemOf>[0]),
);
/** Options of the daemon. */
export const ROOT_OPTIONS: readonly Option[] = listOptions(configSchema).filter(
  ({ path }) => path[0] !== 'defaults' && path[0] !== 'streams',
);
export const nameOf = ({ path }: Option): string => path.join('.');

/** Two values that differ for each option of an entry but for those that make it another one. */
export const ENTRY_VALUES: Readonly<Record<string, readonly [unknown, unknown]>> = {
  target: ['v', 'w'],
  inputs: [['x'], ['y']],
  step: ['5m', '10m'],
  'gap.after': ['20m', '30m'],
  'gap.reset_after': [0, '1h'],
  horizons: [[1], [2]],
  interval: [0.9, 0.8],
  min_samples: [200, 100],
  'anomaly.range': [
    [0, 1],
    [0, 2],
  ],
  'anomaly.direction': ['both', 'up'],
  learn: ['always', 'when_normal'],
  maintenance: [[], ['Sun 02:00-04:00']],
  'classify.classes': ['open', ['on', 'off']],
  'classify.label_topic': ['labels', 'others'],
  'classify.label_path': ['a', 'b'],
  'classify.map': [{ ON: 'on' }, { ON: 'off' }],
  'classify.from': ['a', 'b'],
  'classify.to': ['a', 'b'],
  'classify.delay': ['2h', '3h'],
  'classify.longest_lag': [30, 60],
  'classify.dwell': [1, '1m'],
  'anomaly.min_dev': [0, 1],
  'anomaly.min_rel_dev': [0, 0.1],
  'anomaly.threshold': [1, 2],
  'anomaly.hold_off': [100, '2h'],
  'anomaly.min_duration': [1, '2m'],
  'anomaly.max_age': ['1h', '2h'],
  'valid.min': [0, 1],
  'valid.max': [100, 99],
  'valid.not': [85, [85, -127]],
  parse: ['strict', 'lenient'],
  decimal: ['auto', 'comma'],
  'time.from': ['message', 'arrival'],
  'time.sanity': ['on', 'off'],
  'time.zone': ['system', 'UTC'],
  'time.path': ['a', 'b'],
  'publish.min_interval': ['1s', '2s'],
  'publish.retain': ['on', 'off'],
  'publish.qos': [0, 1],
  'publish.expire': [0, '1h'],
  'publish.forecast': ['auto', 'on'],
  'model.profile': ['standard', 'tiny'],
  'model.kernel': ['auto', 'plain'],
  'model.cell': ['lstm', 'gru'],
  'model.hidden': [8, 16],
  'model.init': ['forget_bias', 'chrono'],
  'model.longest_lag': ['auto', 50],
  'model.bptt.every': [4, 2],
  'model.bptt.window': [32, 16],
  'model.learning_rate': ['auto', 0.01],
  'model.replay': [2, 1],
  'model.replay_rows': [1000, 500],
  'model.experts': [['linear'], ['last_value']],
  'model.inputs.lags': [3, 2],
  'model.inputs.calendar': ['on', 'off'],
  'model.inputs.day_lag': ['on', 'off'],
  'model.inputs.week_lag': ['on', 'off'],
  'model.inputs.linear': ['on', 'off'],
  'model.seed': [1, 2],
};

/** And for each of the daemon. */
export const ROOT_VALUES: Readonly<Record<string, readonly [unknown, unknown]>> = {
  'mqtt.server': ['mqtts://h', 'mqtts://g'],
  'mqtt.base_topic': ['tidegate', 'other'],
  'mqtt.client_id': ['a', 'b'],
  'mqtt.user': ['a', 'b'],
  'mqtt.password': ['a', 'b'],
  'mqtt.ca': ['a', 'b'],
  'mqtt.cert': ['a', 'b'],
  'mqtt.key': ['a', 'b'],
  'mqtt.insecure': ['off', 'on'],
  'mqtt.alpn': ['mqtt', 'x-amzn-mqtt-ca'],
  'mqtt.protocol': ['auto', 5],
  'mqtt.qos': [0, 1],
  'mqtt.keepalive': ['60s', '30s'],
  'mqtt.connect_timeout': ['15s', '16s'],
  'mqtt.session_expiry': ['1d', '2d'],
  'mqtt.outbound_buffer': ['256KB', '128KB'],
  threads: ['auto', 0],
  'limits.streams': [1000, 100],
  'limits.queue': [20_000, 10],
  'limits.overflow': ['auto', 'block'],
  'limits.thin_after': ['500ms', 0],
  'limits.memory': ['256MB', '128MB'],
  'limits.queue_memory': ['auto', '1MB'],
  'limits.payload': ['64KB', '1KB'],
  'limits.topic': ['512B', '256B'],
  'limits.depth': [32, 16],
  'state.dir': ['a', 'b'],
  'state.durability': ['auto', 'none'],
  'state.writes_per_day': ['100MB', '10MB'],
  'state.journal.commit_interval': ['1s', '2s'],
  'state.on_disk_full': ['stop_ack', 'continue_unsafe'],
  'state.keep_former': ['7d', '30d'],
  'state.keep_past': ['3d', '7d'],
  'state.keep_past_size': ['256MB', '512MB'],
  'log.level': ['info', 'debug'],
  'log.format': ['auto', 'json'],
  'health.interval': ['60s', '30s'],
  'bridge.requests': ['on', 'off'],
  'bridge.read_only': ['off', 'on'],
  'bridge.commands': ['all', ['info']],
  'bridge.events': ['on', 'off'],
  'bridge.logging': ['warning', 'off'],
  'bridge.response_topics': [[], ['clients/+']],
  'metrics.enabled': ['on', 'off'],
  'metrics.max_streams': [1000, 10],
  'home_assistant.discovery': ['off', 'on'],
  'home_assistant.prefix': ['homeassistant', 'ha'],
  'home_assistant.status_topic': ['homeassistant/status', 'ha/status'],
  'page.enabled': ['on', 'off'],
  'page.address': ['127.0.0.1', '::1'],
  'page.port': [8099, 8098],
  'page.token': ['a-long-secret', 'another-secret'],
  'page.user_header': ['x-user', 'x-other'],
  'page.base': ['/tidegate', '/other/path'],
  'page.hosts': [[], ['pi.lan']],
  'page.memory': ['2MB', '1MB'],
};

const LABELLED = { classify: { label_topic: 'labels' } };

/** Options that another one cannot do without, or that decides what another one is by default. */
export const COMPANIONS: Readonly<Record<string, object>> = {
  inputs: { target: 'v' },
  'classify.label_path': LABELLED,
  'classify.map': LABELLED,
  'classify.from': LABELLED,
  'classify.to': LABELLED,
  'gap.after': { step: '5m' },
  'mqtt.password': { mqtt: { user: 'u' } },
  'mqtt.cert': { mqtt: { key: 'k' } },
  'mqtt.key': { mqtt: { cert: 'c' } },
};

/** `{a: {b: value}}` laid on `base` for the path `a.b`. */
export function nest(path: string, value: unknown, base: object = {}): Record<string, object> {
  const [key, ...rest] = path.split('.') as [string, ...string[]];
  const holder = base as Record<string, object>;
  return { ...holder, [key]: rest.length === 0 ? (value as object) : nest(rest.join('.'), value, holder[key]) };
}
