import * as v from 'valibot';
import type { MqttSettings } from '../../domain/mqttSettings.ts';
import { choice } from '../scalars/choice.ts';
import { duration } from '../scalars/durations.ts';
import { flag } from '../scalars/flag.ts';
import { integer } from '../scalars/numbers.ts';
import { pathItem } from '../scalars/pathItem.ts';
import { size } from '../scalars/sizes.ts';
import { text } from '../scalars/text.ts';
import { about, option } from './about.ts';
import { server } from './server.ts';
import { faultOfName } from './topics.ts';

/** Options as in the file: the client id's default needs the host's name, and paths are still relative to the file. */
export type MqttOptions = Omit<MqttSettings, 'clientId'> & { readonly clientId: string | undefined };

const baseTopic = v.pipe(
  text(128),
  v.check(
    (topic) => faultOfBase(topic) === undefined,
    (issue) => faultOfBase(issue.input) as string,
  ),
);

const protocol = v.pipe(
  choice(['auto', 5, '5', '3.1.1']),
  v.transform((value): MqttSettings['protocol'] => (value === 'auto' ? 'auto' : value === '3.1.1' ? 4 : 5)),
);

const qos = v.pipe(
  integer(0, 2),
  v.transform((value) => value as 0 | 1 | 2),
);

const object = v.strictObject({
  server: server(
    option(
      'link',
      'Broker',
      'URL of the broker: `mqtt://`, `mqtts://` (TLS), `ws://` or `wss://`. Ports default to 1883, 8883, 80 and 443.',
    ),
  ),
  base_topic: v.pipe(
    v.optional(baseTopic, 'tidegate'),
    option(
      'restart',
      'Base topic',
      'First level(s) of everything that is published. Topics below it are never read as input.',
    ),
  ),
  client_id: v.pipe(
    v.optional(text(128)),
    option(
      'link',
      'Client id',
      'Name at the broker, unique there. Without it: `tidegate-` and the name of the computer.',
    ),
  ),
  user: v.pipe(v.optional(text(1_024)), option('link', 'User', 'User name at the broker.')),
  password: v.pipe(
    v.optional(text(65_535)),
    option(
      'link',
      'Password',
      'Password at the broker, better as `!env NAME` or `!file path` than in the file. Without it the systemd credential `mqtt-password` is used where there is one. Never printed.',
    ),
  ),
  ca: v.pipe(
    v.optional(text(4_096)),
    option(
      'link',
      'Certificate authority',
      'PEM file to verify the broker with. Paths are relative to the configuration file.',
    ),
  ),
  cert: v.pipe(v.optional(text(4_096)), option('link', 'Client certificate', 'PEM file; needs `key`.')),
  key: v.pipe(v.optional(text(4_096)), option('link', 'Client key', 'PEM file; needs `cert`.')),
  insecure: v.pipe(
    v.optional(flag(), 'off'),
    option('link', 'Insecure', 'Accept a broker certificate that cannot be verified. Only for a test.'),
  ),
  alpn: v.pipe(
    v.optional(text(255)),
    option(
      'link',
      'Application protocol',
      'Asked for in the TLS handshake (ALPN), where one port serves several: AWS IoT on port 443 wants `x-amzn-mqtt-ca` with a client certificate.',
    ),
  ),
  protocol: v.pipe(
    v.optional(protocol, 'auto'),
    option('link', 'Protocol', 'MQTT version. `auto`: 5, and 3.1.1 where the broker refuses 5.'),
  ),
  qos: v.pipe(
    v.optional(qos, 0),
    option(
      'restart',
      'Quality of service',
      'QoS of the subscriptions: 0 at most once, 1 at least once, 2 exactly once.',
    ),
  ),
  keepalive: v.pipe(
    v.optional(duration({ from: '5s', to: '18h' }), '60s'),
    option('link', 'Keepalive', 'How often the connection is proved alive while nothing else is sent.'),
  ),
  connect_timeout: v.pipe(
    v.optional(duration({ from: '1s', to: '5m' }), '15s'),
    option('link', 'Connect timeout', 'How long the broker may take to answer a connection attempt.'),
  ),
  session_expiry: v.pipe(
    v.optional(duration({ from: '1m', to: '365d' }), '1d'),
    option(
      'link',
      'Session expiry',
      'With `state.durability: journal`: how long the broker keeps messages for us while we are away (MQTT 5; with 3.1.1 the broker decides).',
    ),
  ),
  outbound_buffer: v.pipe(
    v.optional(size('4KB', '64MB'), '256KB'),
    option(
      'restart',
      'Outbound buffer',
      'Bytes that may wait for a slow broker before results are dropped and counted.',
    ),
  ),
});

export const mqttSchema: v.GenericSchema<unknown, MqttOptions> = v.pipe(
  object,
  about('Broker', 'How to reach the broker.'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const [key, message] of faultsBetween(dataset.value))
      addIssue({ message, path: [pathItem(dataset.value, key)] });
  }),
  v.transform(
    (o): MqttOptions => ({
      server: o.server,
      baseTopic: o.base_topic,
      clientId: o.client_id,
      user: o.user,
      password: o.password,
      ca: o.ca,
      cert: o.cert,
      key: o.key,
      insecure: o.insecure,
      alpn: o.alpn,
      protocol: o.protocol,
      qos: o.qos,
      session: { persistent: false, expiry: o.session_expiry },
      keepalive: o.keepalive,
      connectTimeout: o.connect_timeout,
      outboundBuffer: o.outbound_buffer,
    }),
  ),
);

type Values = v.InferOutput<typeof object>;

/** Faults of options that do not fit together, each with the option to name. */
function* faultsBetween(o: Values): Generator<readonly [keyof Values, string]> {
  if (o.cert !== undefined && o.key === undefined) yield ['cert', 'needs mqtt.key'];
  if (o.key !== undefined && o.cert === undefined) yield ['key', 'needs mqtt.cert'];
  // MQTT 3.1.1, 3.1.2.9: no password without a user name. MQTT 5 allows it.
  if (o.password !== undefined && o.user === undefined && o.protocol !== 5) yield ['password', 'needs mqtt.user'];
  if (o.alpn !== undefined && !o.server.startsWith('mqtts:'))
    yield ['alpn', 'has no effect without TLS: use mqtts:// in mqtt.server'];
  if (o.server.startsWith('mqtts:') || o.server.startsWith('wss:')) return;
  for (const key of ['ca', 'cert', 'key'] as const)
    if (o[key] !== undefined) yield [key, 'has no effect without TLS: use mqtts:// or wss:// in mqtt.server'];
}

function faultOfBase(topic: string): string | undefined {
  return topic.startsWith('$') ? 'must not begin with $: those topics belong to the broker' : faultOfName(topic);
}
