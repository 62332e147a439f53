import { createHash } from 'node:crypto';

const HASH_DIGITS = 12;
const LONGEST_SLUG = 48;
const LONGEST_NAME = 80;
/** Characters that a level of a discovery topic may have. */
const PLAIN = /^[a-zA-Z0-9_-]{1,64}$/;
/** Controls, halves of characters, what is no character, and marks that turn the direction of the text around. */
const UNREADABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Co}]+/gu;
/** Levels and words of topics that say nothing about the device. */
const NOISE: ReadonlySet<string> = new Set([
  ...[
    'zigbee2mqtt',
    'tele',
    'stat',
    'homie',
    'shellies',
    'homeassistant',
    'sensors',
    'n',
    'ddata',
    'spbv1.0',
    'home',
    'v3',
  ],
  ...['sensor', 'state', 'status', 'events', 'up', 'rpc'],
]);

/** 12 hexadecimal digits that the parts, in their order, alone have. */
export function hashOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, HASH_DIGITS);
}

/** Small letters, digits and `_` of a text, at most 48; may be empty. */
export function slugOf(text: string): string {
  const letters = text.normalize('NFKD').toLowerCase();
  const words = letters.replace(/[\u0300-\u036f]/g, '').replace(/[^a-z0-9]+/g, '_');
  return words.replace(/^_+/, '').slice(0, LONGEST_SLUG).replace(/_+$/, '');
}

/** Name of this daemon in identifiers: its base topic, in characters that may stand in a discovery topic. */
export function nodeOf(baseTopic: string): string {
  return PLAIN.test(baseTopic) ? baseTopic : [slugOf(baseTopic), hashOf(baseTopic)].filter(Boolean).join('_');
}

/** A name to be read by people, at most 80 UTF-16 units. Empty where nothing of it can be read. */
export function readableOf(text: string): string {
  const readable = text.replace(UNREADABLE, ' ').replace(/\s+/g, ' ').trim();
  return readable
    .slice(0, LONGEST_NAME)
    .replace(/[\ud800-\udbff]$/, '')
    .trim();
}

/** Name of a device by its topic: without the levels that all such topics have. */
export function deviceNameOf(topic: string): string {
  const levels = topic.split('/').filter((level) => level !== '' && !NOISE.has(level.toLowerCase()));
  return readableOf(levels.join(' ')) || readableOf(topic) || hashOf(topic);
}

/** Name of a field by its path, as the first words of the names of its entities; empty for the payload itself. */
export function fieldNameOf(path: string | undefined): string {
  const words = readableOf((path ?? '').replace(/[._/]+/g, ' '));
  return words === '' ? '' : (words[0] as string).toUpperCase() + words.slice(1);
}
