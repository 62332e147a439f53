import type { Dialect, DialectMessage, ReadDialect, UnitOf } from './dialect.ts';
import { createRepeats } from './repeats.ts';
import { senderOf } from './senderOf.ts';
import { isAvailability, offerText, readAvailability, topicsBeside } from './textReading.ts';
import { createWalk, objectOf, reasonWithoutObject } from './walk.ts';

/** Keys about the transmission, and parts of its code: numbers that no sensor measures. */
const SIGNAL: ReadonlySet<string> = new Set([
  ...['mod', 'freq', 'freq1', 'freq2', 'noise', 'model', 'subtype', 'type', 'mic', 'count', 'num_rows', 'len', 'data'],
  ...['sequence_num', 'seq', 'msg_type', 'message_type', 'status', 'flags', 'button', 'code', 'raw_msg', 'unit', 'cmd'],
  ...['codes', 'rows', 'house_code', 'transmit', 'exception', 'counter', 'id', 'channel', 'time', 'rssi', 'snr'],
  ...['learn', 'test', 'pairing', 'startup', 'restore', 'firmware', 'version', 'event', 'command', 'control', 'ctr'],
  ...['sensor_type', 'ert_type', 'interval', 'boost', 'binding_countdown', 'rain_start', 'station_id', 'serial', 'mac'],
  ...['network', 'node', 'group', 'family', 'brand', 'raw', 'gap', 'repeat', 'heartbeat', 'supervised', 'zone', 'crc'],
]);
/** Parts of a code that most decoders name alike: `flags_1`, `unknown2`, `ad_raw`, `msg_counter`, `button_code`, `sequence_nr`. */
const CODE =
  /^(?:flags?|unk(?:now)?n|seq(?:uence)?|msg|message|button|sensor_(?:num|count|id|raw)|cmd|id)_?\d*(?:_|$)|(?:_raw|_flags|_counter|_id|_type|code)$/;
/** Tells whether a field is about the transmission. */
export const isSignal = (key: string): boolean => SIGNAL.has(key) || CODE.test(key);

/** Ends of keys that say the unit (rtl_433's DATA_FORMAT). */
const UNITS: readonly (readonly [string, string])[] = [
  ['_ug_m3', 'µg/m³'],
  ['_in_h', 'in/h'],
  ['_km_h', 'km/h'],
  ['_m_s', 'm/s'],
  ['_mi_h', 'mph'],
  ['_mm_h', 'mm/h'],
  ['_hPa', 'hPa'],
  ['_kPa', 'kPa'],
  ['_PSI', 'psi'],
  ['_kWh', 'kWh'],
  ['_deg', '°'],
  ['_mm', 'mm'],
  ['_lux', 'lx'],
  ['_C', '°C'],
  ['_F', '°F'],
  ['_C_ext', '°C'],
  ['_ppm', 'ppm'],
  ['_ppb', 'ppb'],
  ['_pct', '%'],
  ['_klx', 'klx'],
  ['_psi', 'psi'],
  ['_gal', 'gal'],
  ['_m3', 'm³'],
  ['_in', 'in'],
  ['_cm', 'cm'],
  ['_km', 'km'],
  ['_dB', 'dB'],
  ['_Hz', 'Hz'],
  ['_mV', 'mV'],
  ['_VA', 'VA'],
  ['_V', 'V'],
  ['_W', 'W'],
  ['_A', 'A'],
  ['_l', 'L'],
  ['_L', 'L'],
];
/** Keys without one that are always in per cent. */
const PER_CENT = /^(?:humidity|moisture)(?:_\d+)?$/;
const unitOf = (key: string): string | undefined =>
  PER_CENT.test(key) ? '%' : UNITS.find(([end]) => key.endsWith(end))?.[1];
/** Unit of a field by its name, whichever program passes it on. */
export const rtl433Unit: UnitOf = (path = '') => unitOf(path);

/** A transmission is sent two or three times in a row. */
const REPEAT_MS = 2000;
const SENDER = ['model', 'subtype', 'channel', 'id'];

/** rtl_433: `rtl_433/<host>/events`, JSON of many senders, and `rtl_433/<host>/devices/<model>/…/<key>`, plain. */
export const rtl433: Dialect = {
  name: 'rtl_433',
  begins: ['rtl_433'],
  about: (levels) =>
    levels[0] === 'rtl_433' && levels.length > 2
      ? ['status', 'availability'].map((last) => `rtl_433/${levels[1]}/${last}`)
      : [],
  fits: ({ levels }) => levels[0] === 'rtl_433' && levels.length > 1,
  create: createReader,
};

function createReader(): ReadDialect {
  const { walk } = createWalk({ passesOver: isSignal });
  const isRepeat = createRepeats(REPEAT_MS);
  return (message, out) => {
    const { levels } = message;
    const last = levels[levels.length - 1];
    if (last === 'availability' || (last === 'status' && isAvailability(message)))
      return readAvailability(message, topicsBeside(message), out);
    if (levels.includes('devices')) return readDevice(message, last, () => offerIfNew(message, last));
    const root = objectOf(message);
    if (root === undefined) return reasonWithoutObject(message);
    if (typeof root['model'] !== 'string') return 'not-a-reading';
    if (isRepeat(message)) return 'duplicate';
    walk('', [root], out, rtl433Unit, `${message.topic}/${senderOf(root, SENDER)}`);
    return 'no-field';

    function offerIfNew(of: DialectMessage, key: string) {
      return isRepeat(of) ? ('duplicate' as const) : offerText(of, out, () => unitOf(key));
    }
  };
}

function readDevice(message: DialectMessage, key: string, offer: () => ReturnType<ReadDialect>) {
  return isSignal(key) || message.content.kind === 'json' ? ('not-a-reading' as const) : offer();
}
