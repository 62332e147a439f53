import { createRecentMap } from '../recentMap.ts';
import type { Dialect, DialectMessage, ReadDialect } from './dialect.ts';
import { createWalk, objectAt, objectOf, reasonWithoutObject, textAt } from './walk.ts';

const MOST_DEVICES = 10_000;

/** Tells an uplink that was told before: its server sends it again where several gateways heard it or a broker repeats it. */
function createUplinks(): (topic: string, uplink: string) => boolean {
  const last = createRecentMap<string, string>(MOST_DEVICES);
  return (topic, uplink) => {
    const isKnown = last.get(topic) === uplink;
    if (!isKnown) last.set(topic, uplink);
    return isKnown;
  };
}

const last = ({ levels }: DialectMessage): string => levels[levels.length - 1];

/** The Things Network: `v3/<application>@<tenant>/devices/<device>/up`, JSON. A field that is not there is no reading, not even of 0. */
export const ttn: Dialect = {
  name: 'ttn-v3',
  begins: ['v3'],
  fits: ({ levels }) => levels[0] === 'v3' && levels[2] === 'devices' && levels.length >= 5,
  create: createTtnReader,
};

const NORMALIZED = 'normalized_payload';
/** Both hold the same readings; the decoder of the device writes the first, and its server may add the other one. */
const PAYLOADS = ['decoded_payload', NORMALIZED];
/** Units of the normalized payload, by the last two keys. */
const NORMALIZED_UNITS: ReadonlyMap<string, string> = new Map([
  ...([
    ['air.temperature', '°C'],
    ['air.relativeHumidity', '%'],
    ['air.pressure', 'hPa'],
    ['air.co2', 'ppm'],
    ['air.lightIntensity', 'lx'],
    ['soil.temperature', '°C'],
    ['soil.moisture', '%'],
    ['water.temperature.current', '°C'],
    ['wind.speed', 'm/s'],
    ['wind.direction', '°'],
  ] as const),
]);

function normalizedUnit(path = ''): string | undefined {
  const keys = path.split('.').slice(3);
  return keys.length === 1 && keys[0] === 'battery' ? 'V' : NORMALIZED_UNITS.get(keys.join('.'));
}

function createTtnReader(): ReadDialect {
  const { walk } = createWalk();
  const isKnown = createUplinks();
  return (message, out) => {
    const root = objectOf(message);
    if (root === undefined) return reasonWithoutObject(message);
    const uplink = objectAt(root, 'uplink_message');
    const name = PAYLOADS.find((key) => objectAt(uplink, key) !== undefined) ?? '';
    const decoded = objectAt(uplink, name);
    if (last(message) !== 'up' || uplink === undefined || decoded === undefined) return 'not-a-reading';
    const count = uplink['f_cnt'];
    if (typeof count === 'number' && isKnown(message.topic, `${textAt(uplink, 'session_key_id')} ${count}`))
      return 'duplicate';
    walk(`uplink_message.${name}`, [root, uplink, decoded], out, name === NORMALIZED ? normalizedUnit : undefined);
    return 'no-field';
  };
}

/** ChirpStack 4: `application/<id>/device/<eui>/event/up`, JSON with what the codec made of it in `object`. */
export const chirpstack: Dialect = {
  name: 'chirpstack-v4',
  begins: ['application'],
  fits: ({ levels }) => levels[0] === 'application' && levels[2] === 'device' && levels.length === 6,
  create: createChirpstackReader,
};

function createChirpstackReader(): ReadDialect {
  const { walk } = createWalk();
  const isKnown = createUplinks();
  return (message, out) => {
    const root = objectOf(message);
    if (root === undefined) return reasonWithoutObject(message);
    if (
      last(message) === 'status' &&
      root['batteryLevelUnavailable'] !== true &&
      root['externalPowerSource'] !== true
    ) {
      out.offer(root['batteryLevel'], 'batteryLevel', [root], () => '%');
      return 'no-field';
    }
    const object = objectAt(root, 'object');
    if (last(message) !== 'up' || object === undefined) return 'not-a-reading';
    const id = textAt(root, 'deduplicationId');
    if (id !== undefined && isKnown(message.topic, id)) return 'duplicate';
    walk('object', [root, object], out);
    return 'no-field';
  };
}
