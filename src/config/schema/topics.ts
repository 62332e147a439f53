import { encodeStreamId } from '../../domain/streamId.ts';

/** Why a text is no topic filter by MQTT 5.0 section 4.7, or undefined if it is one. */
export function faultOfFilter(filter: string): string | undefined {
  const fault = faultOfTopicText(filter);
  if (fault !== undefined) return fault;
  if (filter.startsWith('$share/'))
    return 'a shared subscription would split a stream between subscribers; write the filter without it';
  const levels = filter.split('/');
  const hash = levels.findIndex((level) => level.includes('#'));
  if (hash !== -1 && (levels[hash] !== '#' || hash !== levels.length - 1))
    return '# must be the last level, alone: plant/# (MQTT 4.7.1)';
  if (levels.includes('*'))
    return 'a level of * matches nothing else: the wildcards of MQTT are + for one level and # for all below (plant/+, plant/#)';
  if (levels.some((level) => level.includes('+') && level !== '+'))
    return '+ must stand alone in its level: plant/+/temp (MQTT 4.7.1)';
  return undefined;
}

/** Why a text cannot be (part of) a topic that we publish to, or undefined if it can. */
export function faultOfName(name: string): string | undefined {
  const fault = faultOfTopicText(name);
  if (fault !== undefined) return fault;
  if (hasWildcard(name)) return 'must not hold the wildcards + and #';
  if (name.split('/').includes('')) return 'must not begin or end with / or hold //';
  return undefined;
}

/** Why a text cannot be the id of a stream as it stands, or undefined if it can. */
export function faultOfStreamName(name: string): string | undefined {
  const fault = faultOfName(name);
  if (fault !== undefined) return fault;
  if (encodeStreamId(name) !== name)
    return 'must not hold % nor begin with a level bridge or end with forecast, class, anomaly, availability or set';
  return undefined;
}

export function hasWildcard(filter: string): boolean {
  return filter.includes('+') || filter.includes('#');
}

/** The wildcards of a filter, in their order. */
export function wildcardsOf(filter: string): string {
  return filter.replace(/[^+#]/g, '');
}

/** Tells whether everything that the filter matches lies at or below `base`. */
export function isBelow(filter: string, base: string): boolean {
  return filter === base || filter.startsWith(`${base}/`);
}

// MQTT-4.7.3-1 to -3: at least one character, no NUL, at most 65535 bytes; other control characters are ours to refuse.
function faultOfTopicText(text: string): string | undefined {
  if (text === '') return 'must not be empty';
  if (hasControlCharacter(text)) return 'must not hold control characters';
  if (/\p{Cs}/u.test(text)) return 'is not valid Unicode';
  if (Buffer.byteLength(text) > 65_535) return 'is longer than the 65535 bytes that MQTT allows';
  return undefined;
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return true;
  }
  return false;
}
