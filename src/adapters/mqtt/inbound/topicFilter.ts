/** Tells whether a filter it was made from matches a topic. */
export type TopicMatcher = (topic: string) => boolean;

/** Bytes of UTF-8 that an MQTT string may have (MQTT 1.5.4: its length is a two-byte integer). */
const MAX_STRING_BYTES = 65_535;

/** MQTT 4.7.1 and 4.7.3: `+` and `#` stand alone in their level, `#` only in the last one, no NUL, at least one character. */
export function isTopicFilter(filter: string): boolean {
  if (filter === '' || filter.includes('\0') || /\p{Surrogate}/u.test(filter)) return false;
  if (Buffer.byteLength(filter) > MAX_STRING_BYTES) return false;
  const levels = filter.split('/');
  return levels.every((level, i) => level === '+' || (level === '#' && i === levels.length - 1) || !/[+#]/.test(level));
}

/** The filter that messages of a shared subscription match (MQTT 5: 4.8.2). */
export function withoutShare(filter: string): string {
  return filter.replace(/^\$share\/[^/]+\//, '');
}

export function matchesFilter(filter: string, topic: string): boolean {
  return compileFilter(filter)(topic);
}

/** The filter as a function that allocates nothing: it runs for every message. The filter has to be a valid one. */
export function compileFilter(filter: string): TopicMatcher {
  const levels = filter.split('/');
  if (!levels.some(isWildcard)) return (topic) => topic === filter;
  const isOpen = levels.at(-1) === '#';
  const fixed = isOpen ? levels.slice(0, -1) : levels;
  const startsWild = isWildcard(levels[0]);
  // Most topics fail here, in one look. `a/#` matches `a`: there is no slash at its end.
  const head = levels.slice(0, levels.findIndex(isWildcard)).join('/');
  return (topic) => {
    // MQTT-4.7.2-1: a leading wildcard does not reach the broker's own `$…` topics.
    if (startsWild ? topic.startsWith('$') : !topic.startsWith(head)) return false;
    let from = 0;
    for (const level of fixed) {
      if (from > topic.length) return false;
      const slash = topic.indexOf('/', from);
      const end = slash === -1 ? topic.length : slash;
      if (level !== '+' && (end - from !== level.length || !topic.startsWith(level, from))) return false;
      from = end + 1;
    }
    // `a/#` matches its parent `a` too (MQTT 4.7.1.2).
    return isOpen || from > topic.length;
  };
}

/** Tells if every topic that `narrow` matches is matched by `wide` as well. */
export function covers(wide: string, narrow: string): boolean {
  const wideLevels = wide.split('/');
  // Every topic has a first level, so `#` is `+/#`.
  const narrowLevels = (narrow === '#' ? '+/#' : narrow).split('/');
  if (isWildcard(wideLevels[0]) && narrow.startsWith('$')) return false;
  for (const [i, level] of wideLevels.entries()) {
    if (level === '#') return true;
    const other = narrowLevels[i];
    if (other === undefined || other === '#') return false;
    if (level !== '+' && level !== other) return false;
  }
  return wideLevels.length === narrowLevels.length;
}

function isWildcard(level: string): boolean {
  return level === '+' || level === '#';
}
