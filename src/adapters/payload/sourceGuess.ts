import { decodeStreamId, type StreamId } from '../../domain/streamId.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';
import type { StreamSpec } from '../../domain/streamSpec.ts';
import { type CompiledSpec, nameField } from './fieldSpec.ts';
import type { MatchesFilter } from './topicPlan.ts';

/** Works out from a stream's id alone which configuration entry reads it. */
export interface SourceGuess {
  /** The first entry, with the settings of the field, that can give a stream of this id; where none can: the first of all. */
  specOf(stream: StreamId): StreamSpec;
  /** True where an entry can give the stream, and all that can have the same settings. */
  isCertain(stream: StreamId): boolean;
  /** Settings of each entry that can give the stream, in the order of the configuration; empty: none can. */
  prospectsOf(stream: StreamId): readonly StreamSettings[];
}

export function createSourceGuess(specs: readonly CompiledSpec[], matchesFilter: MatchesFilter): SourceGuess {
  const specsOf = (stream: StreamId): readonly StreamSpec[] => candidates(stream, specs, matchesFilter);
  return {
    specOf: (stream) => specsOf(stream)[0] ?? specs[0].spec,
    isCertain(stream) {
      const [first, ...others] = specsOf(stream);
      return first !== undefined && others.every(({ settings }) => settings === first.settings);
    },
    prospectsOf: (stream) => specsOf(stream).map(({ settings }) => settings),
  };
}

/** The entries that may give the stream of one of the topics that may lie behind its id. In the order of the configuration. */
function candidates(
  stream: StreamId,
  specs: readonly CompiledSpec[],
  matchesFilter: MatchesFilter,
): readonly StreamSpec[] {
  const name = decodeStreamId(stream);
  const found = new Map<CompiledSpec, StreamSpec>();
  for (const topic of topicsBehind(name, specs)) {
    for (const compiled of specs) {
      const given = matchesFilter(compiled.spec.topic, topic) ? givenBy(compiled, topic, name) : undefined;
      if (given === undefined) continue;
      found.set(compiled, given);
      // A named field is read there and nowhere else. The automatic choice may pass over it and leave it to a later entry.
      if (compiled.fields !== 'auto') break;
    }
  }
  return specs.flatMap((compiled) => found.get(compiled) ?? (namesFreely(compiled.spec) ? compiled.spec : []));
}

/** Tells whether the names of an entry's streams stand in its messages alone. */
export function namesFreely({ source }: StreamSpec): boolean {
  return source !== undefined && ['auto', 'senml', 'sparkplug-b'].includes(source.dialect);
}

/** Topics of which a stream of this name can be: every beginning of it, and those of entries with an id. */
function topicsBehind(name: string, specs: readonly CompiledSpec[]): ReadonlySet<string> {
  const topics = new Set([name]);
  for (let end = name.indexOf('/'); end >= 0; end = name.indexOf('/', end + 1)) topics.add(name.slice(0, end));
  for (const { spec } of specs) if (spec.id !== undefined) topics.add(spec.topic);
  return topics;
}

/** The entry, with the field's own settings, where it can give a stream of this name. */
export function givenBy({ spec, fields }: CompiledSpec, topic: string, name: string): StreamSpec | undefined {
  const base = spec.id ?? topic;
  if (fields === 'auto') return name === base || name.startsWith(`${base}/`) ? spec : undefined;
  return fields.find(({ label }) => nameField(base, spec.id !== undefined, label, fields.length) === name)?.spec;
}
