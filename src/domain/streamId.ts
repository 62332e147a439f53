import type { Brand } from './brand.ts';

/**
 * Name of one stream, in the form in which it stands in our own topics: `<base>/<StreamId>/forecast`.
 * It never holds a wildcard, a control character or one of our own reserved levels.
 */
export type StreamId = Brand<string, 'StreamId'>;

/** Last topic levels that we publish or listen on below a stream (`<base>/<stream>/forecast`). */
export const RESERVED_LAST_LEVELS: readonly string[] = ['forecast', 'class', 'anomaly', 'availability', 'set'];

/** First level of the daemon's own topics (`<base>/bridge/…`). */
const RESERVED_FIRST_LEVEL = 'bridge';

/**
 * The id of the stream that a field of a topic's messages makes: topic and path joined by `/`
 * (the topic alone for a plain number), percent-encoded where a topic may not hold it.
 */
export function toStreamId(topic: string, path: string | undefined): StreamId {
  return encodeStreamId(path === undefined ? topic : `${topic}/${path}`);
}

/** Longest id, in bytes of UTF-8. It is a key of many maps and of the store, and part of every topic. */
const LONGEST_ID = 200;
/** NUL, which no topic may hold (MQTT 1.5.4), and half a surrogate pair, which is no character. */
const UNUSABLE = /[\0\ud800-\udfff]/u;

/**
 * Tells if a name from outside can be that of a stream. `encodeStreamId` has an answer for every name, so that none can
 * do harm; names refused here are not worth a memory.
 */
export function canNameStream(name: string): boolean {
  return !UNUSABLE.test(name) && isShort(encodeStreamId(name));
}

/** Tells if a text is the id of some name. No message can ever belong to any other text. */
export function isStreamId(text: string): text is StreamId {
  const name = decodeStreamId(text);
  return text !== '' && canNameStream(name) && encodeStreamId(name) === text;
}

function isShort(id: string): boolean {
  // A UTF-16 unit takes three bytes at most.
  if (3 * id.length <= LONGEST_ID) return true;
  let bytes = 0;
  for (const character of id) {
    const code = character.codePointAt(0) as number;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_00_00 ? 3 : 4;
  }
  return bytes <= LONGEST_ID;
}

/**
 * Percent-encodes what a publish topic may not hold: `+`, `#`, NUL (MQTT-4.7.1, MQTT-4.7.3), control characters, `%` itself,
 * lone surrogates, Unicode's non-characters (MQTT 1.5.4: brokers close the connection), the levels `.` and `..` (no
 * name shall ever be a way to a file), and a first or last level that is ours. `/` is kept. Two different names never give one id.
 */
export function encodeStreamId(name: string): StreamId {
  const levels = name.split('/').map(encodeLevel);
  const last = levels.length - 1;
  if (levels[0] === RESERVED_FIRST_LEVEL) levels[0] = encodeFirstCharacter(levels[0]);
  if (RESERVED_LAST_LEVELS.includes(levels[last])) levels[last] = encodeFirstCharacter(levels[last]);
  return levels.join('/') as StreamId;
}

const ESCAPE = /%(?:u([\da-f]{4})|U([\da-f]{6})|([\dA-F]{2}))/g;

/** The inverse of `encodeStreamId`. Of a text that is no id it gives some name, whose id is another text. */
export function decodeStreamId(id: string): string {
  return id.replace(ESCAPE, (written, unit?: string, plane?: string, byte?: string) => {
    const code = Number.parseInt(unit ?? plane ?? byte ?? '', 16);
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : written;
  });
}

function encodeLevel(level: string): string {
  if (level === '.' || level === '..') return encodeFirstCharacter(level);
  let encoded = '';
  for (const character of level) {
    const code = character.codePointAt(0) as number;
    const isLoneSurrogate = code >= 0xd800 && code <= 0xdfff;
    const isControl = code < 0x20 || (code >= 0x7f && code <= 0x9f);
    if (isLoneSurrogate) encoded += `%u${code.toString(16)}`;
    else if (isNonCharacter(code)) encoded += `%U${code.toString(16).padStart(6, '0')}`;
    else if (isControl || character === '+' || character === '#' || character === '%') encoded += percent(code);
    else encoded += character;
  }
  return encoded;
}

/** U+FDD0 to U+FDEF and the last two of each plane (Unicode 23.7). */
function isNonCharacter(code: number): boolean {
  return (code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffe) === 0xfffe;
}

function encodeFirstCharacter(level: string): string {
  return percent(level.charCodeAt(0)) + level.slice(1);
}

function percent(code: number): string {
  return `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
}
