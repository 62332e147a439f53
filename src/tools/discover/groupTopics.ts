/** Topic and paths of one entry under `streams:`. */
export interface StreamEntry {
  /** A topic, or a filter with one `+`. */
  readonly topic: string;
  /** Dotted paths; none: the payload itself is the number. */
  readonly paths: readonly string[];
  /** Those that it covers. */
  readonly topics: readonly string[];
}

interface TopicPaths {
  readonly topic: string;
  readonly paths: readonly string[];
}

/** Below this, literal topics are as short and say more. */
const MIN_GROUP = 3;
const MAX_PATHS = 64;

/**
 * Few entries that cover every topic exactly once. Topics that differ in one level become one filter with `+` there, its paths
 * being those of all its topics, the common ones first. A filter never covers a topic of another entry.
 */
export function groupTopics(topics: readonly TopicPaths[]): StreamEntry[] {
  const candidates = [...groupByFilter(topics)]
    .filter(([, group]) => group.length >= MIN_GROUP && isUniform(group))
    // Largest first; of equals the `+` that stands last, because names tend to stand at the end.
    .sort(([a, groupA], [b, groupB]) => groupB.length - groupA.length || b.indexOf('+') - a.indexOf('+'));
  const taken = new Set<string>();
  const entries: StreamEntry[] = [];
  for (const [filter, group] of candidates) {
    if (group.some(({ topic }) => taken.has(topic))) continue;
    for (const { topic } of group) taken.add(topic);
    entries.push({ topic: filter, paths: mergePaths(group), topics: group.map(({ topic }) => topic) });
  }
  const literal = topics
    .filter(({ topic }) => !taken.has(topic))
    .map(({ topic, paths }) => ({ topic, paths, topics: [topic] }));
  return [...entries, ...literal].sort((a, b) => Number(a.topic > b.topic) - Number(a.topic < b.topic));
}

/** Every filter with one `+` that matches some of the topics, with all topics that it matches. */
function groupByFilter(topics: readonly TopicPaths[]): Map<string, TopicPaths[]> {
  const groups = new Map<string, TopicPaths[]>();
  for (const single of topics) {
    const levels = single.topic.split('/');
    // A bare `+` says nothing. Of very deep topics the last levels do.
    const first = Math.max(0, levels.length - 8);
    for (let level = first; level < levels.length && levels.length > 1; level++) {
      const filter = levels.with(level, '+').join('/');
      const group = groups.get(filter);
      if (group === undefined) groups.set(filter, [single]);
      else group.push(single);
    }
  }
  return groups;
}

/** Plain numbers and JSON do not share an entry, and an entry stays readable. */
function isUniform(group: readonly TopicPaths[]): boolean {
  const plain = group.filter(({ paths }) => paths.length === 0).length;
  return (plain === 0 || plain === group.length) && mergePaths(group).length <= MAX_PATHS;
}

function mergePaths(group: readonly TopicPaths[]): string[] {
  const uses = new Map<string, number>();
  for (const { paths } of group) for (const path of paths) uses.set(path, (uses.get(path) ?? 0) + 1);
  return [...uses]
    .sort(([a, usesA], [b, usesB]) => usesB - usesA || Number(a > b) - Number(a < b))
    .map(([path]) => path);
}
