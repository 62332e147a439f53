import { canNameStream, encodeStreamId, type StreamId } from '../../domain/streamId.ts';
import { createAutoFields } from './autoFields.ts';
import { DialectReader, type DialectReaders } from './dialectReader.ts';
import { createExplicitFields, type ExplicitField } from './explicitFields.ts';
import type { FieldReader, TopicReader } from './fieldReader.ts';
import { type CompiledField, type CompiledSpec, nameField } from './fieldSpec.ts';
import { isHousekeepingTopic, isHousekeepingValue } from './housekeeping.ts';
import { createInputReader } from './inputFields.ts';
import { LabelReader } from './labelReader.ts';
import type { CompiledLabels } from './labelSpec.ts';
import { readingTopic } from './labelTopic.ts';
import { StreamUnit } from './streamUnit.ts';
import { noteIn } from './unitMemory.ts';

/** True where a topic filter with its wildcards matches a topic (MQTT 4.7). */
export type MatchesFilter = (filter: string, topic: string) => boolean;

/**
 * Readers of the messages of one topic: one for each configuration entry that matches, in their order; undefined where
 * none does, empty where automatic choice found nothing but housekeeping. Where two entries give a stream of this topic
 * the same name, the first has it. An entry with a `source` leaves topics alone that one without matches. Labels are read last: those of a message come behind its readings. Automatic choice leaves the
 * topics of labels alone.
 */
export function createTopicPlan(
  topic: string,
  specs: readonly CompiledSpec[],
  matchesFilter: MatchesFilter,
): readonly TopicReader[] | undefined {
  const matching = specs.filter(({ spec }) => matchesFilter(spec.topic, topic));
  const labels = specs.flatMap((compiled) => createLabelReader(topic, compiled, matchesFilter) ?? []);
  const describing = specs.filter(
    (compiled) => !matching.includes(compiled) && compiled.deviceTopics.some((filter) => matchesFilter(filter, topic)),
  );
  if (matching.length + labels.length + describing.length === 0) return undefined;
  const taken = new Set<string>();
  const autoNames = new Set<string>();
  const readers: TopicReader[] = [];
  const hasOwnRule = matching.some(({ dialects }) => dialects === undefined);
  for (const compiled of matching) {
    const { fields, dialects } = compiled;
    const name = compiled.spec.id ?? topic;
    if (dialects !== undefined) {
      if (!hasOwnRule && labels.length === 0) readers.push(createDialectReader(topic, compiled, dialects));
    } else if (fields !== 'auto') readers.push(createExplicitReader(topic, compiled, fields, taken));
    else if (labels.length === 0 && !autoNames.has(name) && !isHousekeepingTopic(topic, compiled.spec.topic)) {
      readers.push(createAutoReader(topic, name, compiled, new Set(taken)));
      autoNames.add(name);
    }
  }
  for (const compiled of describing)
    if (compiled.dialects !== undefined) readers.push(createDialectReader(topic, compiled, compiled.dialects, true));
  return [...readers, ...labels];
}

function createLabelReader(
  topic: string,
  compiled: CompiledSpec,
  matchesFilter: MatchesFilter,
): FieldReader | undefined {
  const { labels, createTimeOf, zone } = compiled;
  if (labels === undefined || !matchesFilter(labels.topic, topic)) return undefined;
  const streams = labelledStreams(topic, compiled, labels);
  return streams.length === 0 ? undefined : new LabelReader({ streams, labels, timeOf: createTimeOf(), zone });
}

/** Streams that a label message of this topic is for; of automatic choice the one that has the name of its topic. */
function labelledStreams(
  topic: string,
  { spec, fields }: CompiledSpec,
  labels: CompiledLabels,
): readonly (StreamId | undefined)[] {
  const of = readingTopic(topic, labels.topic, spec.topic);
  if (of === undefined) return [];
  const base = spec.id ?? of;
  const names =
    fields === 'auto'
      ? [base]
      : fields.map(({ label }) => nameField(base, spec.id !== undefined, label, fields.length));
  return names.map((name) => (canNameStream(name) ? encodeStreamId(name) : undefined));
}

function createDialectReader(
  topic: string,
  { spec, createTimeOf, zone, report }: CompiledSpec,
  readers: DialectReaders,
  onlyDescribes = false,
): TopicReader {
  return new DialectReader({ topic, spec, readers, timeOf: createTimeOf(), zone, report, onlyDescribes });
}

function createAutoReader(
  topic: string,
  name: string,
  { spec, createTimeOf, devices }: CompiledSpec,
  taken: ReadonlySet<string>,
): FieldReader {
  return createAutoFields({
    name,
    taken,
    ignoresText: taken.has(name) || isHousekeepingValue(topic, spec.topic),
    source: { topic, spec },
    timeOf: createTimeOf(),
    units: devices.units,
  });
}

/** Adds the names of its fields to `taken`. */
function createExplicitReader(
  topic: string,
  { spec, inputs, createTimeOf, report, watch, devices }: CompiledSpec,
  compiled: readonly CompiledField[],
  taken: Set<string>,
): FieldReader {
  const fields: ExplicitField[] = [];
  for (const { label, path, dotted, map, spec: own, sight } of compiled) {
    const name = nameField(spec.id ?? topic, spec.id !== undefined, label, compiled.length);
    if (taken.has(name)) {
      // An entry before this one reads it.
      sight.isSeen = true;
      continue;
    }
    taken.add(name);
    const about = devices.abouts.of(topic, dotted);
    const stream = canNameStream(name) ? encodeStreamId(name) : undefined;
    fields.push({
      stream,
      path,
      map,
      source: { topic, spec: own, path: dotted, about },
      unit: new StreamUnit(about, noteIn(devices.units, stream)),
      sight,
    });
  }
  const readInputs =
    inputs.length === 0
      ? undefined
      : createInputReader(inputs, topic, report, (path) => noteIn(devices.units, fields[0]?.stream, path));
  return createExplicitFields({ fields, readInputs, timeOf: createTimeOf(), watch });
}
