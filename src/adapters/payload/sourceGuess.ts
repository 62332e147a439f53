import { decodeStreamId, type StreamId } from '../../domain/streamId.ts';
import type { StreamSpec } from '../../domain/streamSpec.ts';
import { nameField } from './fieldSpec.ts';
import type { MatchesFilter } from './topicPlan.ts';

/** Works out from a stream's id alone which configuration entry reads it. */
export interface SourceGuess {
  /** The first entry that can give a stream of this id; where none can: the first of all. */
  specOf(stream: StreamId): StreamSpec;
  /** Whether all entries that can give it have the same settings, and there is one. */
  isCertain(stream: StreamId): boolean;
}

export function createSourceGuess(specs: readonly StreamSpec[], matchesFilter: MatchesFilter): SourceGuess {
  const specsOf = (stream: StreamId): readonly StreamSpec[] => candidates(stream, specs, matchesFilter);
  return {
    specOf: (stream) => specsOf(stream)[0] ?? (specs[0] as StreamSpec),
    isCertain(stream) {
      const [first, ...others] = specsOf(stream);
      return first !== undefined && others.every(({ settings }) => settings === first.settings);
    },
  };
}

/** Of each topic that may lie behind the id: the entries that may have the stream there. In the order of the configuration. */
function candidates(
  stream: StreamId,
  specs: readonly StreamSpec[],
  matchesFilter: MatchesFilter,
): readonly StreamSpec[] {
  const name = decodeStreamId(stream);
  const found = new Set<StreamSpec>();
  for (const topic of topicsBehind(name, specs)) {
    for (const spec of specs) {
      if (!matchesFilter(spec.topic, topic) || !canGive(spec, topic, name)) continue;
      found.add(spec);
      // What is named is read there and nowhere else; automatic choice may pass over it, and leave it to a later entry.
      if (spec.fields !== 'auto') break;
    }
  }
  return specs.filter((spec) => found.has(spec));
}

/** Topics of which a stream of this name can be: every beginning of it, and those of entries with an id. */
function topicsBehind(name: string, specs: readonly StreamSpec[]): ReadonlySet<string> {
  const topics = new Set([name]);
  for (let end = name.indexOf('/'); end >= 0; end = name.indexOf('/', end + 1)) topics.add(name.slice(0, end));
  for (const { id, topic } of specs) if (id !== undefined) topics.add(topic);
  return topics;
}

function canGive({ id, fields }: StreamSpec, topic: string, name: string): boolean {
  const base = id ?? topic;
  if (fields === 'auto') return name === base || name.startsWith(`${base}/`);
  return fields.some((field) => nameField(base, id !== undefined, field.name ?? field.path, fields.length) === name);
}
