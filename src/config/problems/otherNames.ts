import type { FindingPath } from './finding.ts';

const SERVER = 'the address is one option: server: mqtt://HOST:1883';
const TLS = 'encryption is part of the address: server: mqtts://HOST:8883';
const SERVER_BELOW_MQTT = 'it belongs below mqtt:, two blanks further in';

/** Names that other programs have for options of ours, by the section in which they stand; in small letters. */
const OTHER_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': {
    ...{ server: SERVER_BELOW_MQTT, user: SERVER_BELOW_MQTT, password: SERVER_BELOW_MQTT, qos: SERVER_BELOW_MQTT },
    ...{ broker: 'did you mean mqtt?', topics: 'did you mean streams?', sensors: 'did you mean streams?' },
    topic: 'it belongs below streams:, behind a dash: - topic: zigbee2mqtt/+',
  },
  mqtt: {
    ...{ host: SERVER, hostname: SERVER, broker: SERVER, url: SERVER, uri: SERVER, address: SERVER, port: SERVER },
    ...{ ip: SERVER, protocol: SERVER, tls: TLS, ssl: TLS, secure: TLS },
    ...{ username: 'did you mean user?', login: 'did you mean user?', pass: 'did you mean password?' },
    ...{ clientid: 'did you mean client_id?', prefix: 'did you mean base_topic?' },
    topic: 'topics to listen to stand below streams:; base_topic is that of our own',
  },
  defaults: { inputs: 'it belongs to an entry of streams:' },
  streams: {
    ...{ field: 'did you mean fields?', value: 'did you mean target?', name: 'did you mean id?' },
    ...{ interval_s: 'did you mean step?', forecast: 'did you mean horizons?', unit: 'units are not needed' },
  },
};

/**
 * The option that is meant by a name of another program; undefined: no such name is known.
 * @param known options of the section, which may also be those of one stream alone
 */
export function hintFor(key: string, path: FindingPath, known: readonly string[]): string | undefined {
  if (path.length === 0 && !known.includes('streams')) return undefined;
  const names = OTHER_NAMES[String(path[0] ?? '')];
  const name = key.toLowerCase();
  return path.length <= 2 && names !== undefined && Object.hasOwn(names, name) ? names[name] : undefined;
}
