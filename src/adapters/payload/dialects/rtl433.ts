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
]);

/** Ends of keys that say the unit (rtl_433's DATA_FORMAT). */
const UNITS: readonly (readonly [string, string])[] = [
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
  ['_V', 'V'],
  ['_W', 'W'],
];
const unitOf = (key: string): string | undefined => UNITS.find(([end]) => key.endsWith(end))?.[1];
const unitOfPath: UnitOf = (path = '') => unitOf(path);

/** A transmission is sent two or three times in a row. */
const REPEAT_MS = 2000;
const SENDER = ['model', 'subtype', 'channel', 'id'];

/** rtl_433: `rtl_433/<host>/events`, JSON of many senders, and `rtl_433/<host>/devices/<model>/…/<key>`, plain. */
export const rtl433: Dialect = {
  name: 'rtl_433',
  fits: ({ levels }) => levels[0] === 'rtl_433' && levels.length > 1,
  create: createReader,
};

function createReader(): ReadDialect {
  const { walk } = createWalk({ passesOver: (key) => SIGNAL.has(key) });
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
    walk('', [root], out, unitOfPath, `${message.topic}/${senderOf(root, SENDER)}`);
    return 'no-field';

    function offerIfNew(of: DialectMessage, key: string) {
      return isRepeat(of) ? ('duplicate' as const) : offerText(of, out, () => unitOf(key));
    }
  };
}

function readDevice(message: DialectMessage, key: string, offer: () => ReturnType<ReadDialect>) {
  return SIGNAL.has(key) || message.content.kind === 'json' ? ('not-a-reading' as const) : offer();
}
