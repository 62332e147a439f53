import { senderOf } from './senderOf.ts';

/** Keys by which messages say who sent them, when they hold a text. */
export const IDENTITIES: readonly string[] = [
  ...['model', 'device', 'device_id', 'deviceId', 'devEui', 'dev_eui', 'mac', 'addr', 'address', 'node', 'node_id'],
  ...['sensor', 'sensor_id', 'sensorId', 'serial', 'channel', 'id'],
];
const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;
const DATE = /^\d{4}-\d\d-\d\d/;

/**
 * The name of the sender of a JSON object, as far as it says one beside its topic. A number alone is none: it may count messages. An
 * identity that a level of the topic holds says nothing more.
 * @returns empty where the topic is the sender
 */
export function guessSender(record: object, levels: readonly string[]): string {
  const told = IDENTITIES.filter((key) => isTold((record as Readonly<Record<string, unknown>>)[key], levels));
  const isSure = told.some((key) => typeof (record as Readonly<Record<string, unknown>>)[key] === 'string');
  return isSure ? senderOf(record, told) : '';
}

/** Tells whether a value may name a sender: it is a whole number, or a text that is no UUID and no date. */
export function isIdentity(value: unknown): value is string | number {
  if (Number.isSafeInteger(value)) return true;
  return typeof value === 'string' && !UUID.test(value) && !DATE.test(value);
}

function isTold(value: unknown, levels: readonly string[]): boolean {
  if (typeof value !== 'string' || !isIdentity(value)) return Number.isSafeInteger(value);
  const plain = plainOf(value);
  return plain !== '' && !levels.some((level) => plainOf(level).includes(plain));
}

function plainOf(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
