import { decodeStreamId, type StreamId } from '../../domain/streamId.ts';
import type { StreamSource, StreamSpec } from '../../domain/streamSpec.ts';
import type { CompiledSpec } from './fieldSpec.ts';
import { givenBy, namesFreely } from './sourceGuess.ts';
import type { MatchesFilter } from './topicPlan.ts';

/**
 * Entries whose topics may have other readers now: those that are new or gone. Where the others stand in another order too, all: which of two
 * reads a topic depends on it.
 */
export function changedSpecs(before: readonly CompiledSpec[], after: readonly CompiledSpec[]): readonly CompiledSpec[] {
  const [were, are] = [new Set(before), new Set(after)];
  const [kept, stays] = [before.filter((spec) => are.has(spec)), after.filter((spec) => were.has(spec))];
  if (kept.some((spec, i) => spec !== stays[i])) return [...new Set([...before, ...after])];
  return [...before.filter((spec) => !are.has(spec)), ...after.filter((spec) => !were.has(spec))];
}

/** True where an entry reads something of a topic: readings, labels, or what devices say of themselves. */
export function isAbout(topic: string, { spec, labels, deviceTopics }: CompiledSpec, matches: MatchesFilter): boolean {
  return (
    matches(spec.topic, topic) ||
    (labels !== undefined && matches(labels.topic, topic)) ||
    deviceTopics.some((filter) => matches(filter, topic))
  );
}

/**
 * The entry, with the field's own settings, that gives a stream of a topic which was given by another one before; undefined: none does.
 * As `createTopicPlan` chooses readers.
 */
export function heirOf(
  stream: StreamId,
  { topic, spec: former }: StreamSource,
  specs: readonly CompiledSpec[],
  matches: MatchesFilter,
): StreamSpec | undefined {
  const matching = specs.filter(({ spec }) => matches(spec.topic, topic));
  const ownRules = matching.filter(({ dialects }) => dialects === undefined);
  const readers = ownRules.length > 0 ? ownRules : matching;
  const name = decodeStreamId(stream);
  const heirs = readers.flatMap((compiled) => {
    const { spec, fields, dialects } = compiled;
    if (spec === former || (fields !== 'auto' && fields.some((field) => field.spec === former))) return former;
    return givenBy(compiled, topic, name) ?? (dialects !== undefined && namesFreely(spec) ? spec : []);
  });
  return heirs[0];
}
