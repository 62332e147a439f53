import { encodeStreamId, toStreamId } from '../../domain/streamId.ts';
import { faultOfFilter, hasWildcard, isBelow, wildcardsOf } from '../schema/topics.ts';
import { isPlainObject, type PlainObject } from '../yaml/plainObject.ts';
import { checkInputs } from './checkInputs.ts';
import type { Finding } from './finding.ts';

/** Names an entry of `streams:` in a message about another one. */
export type NameEntry = (index: number, beside: number) => string;

/** Conflicts of streams with each other and with our own topics. Works on the file as written, so that other faults do not hide these. */
export function checkStreams(streams: unknown, baseTopic: string, nameEntry: NameEntry): Finding[] {
  if (!Array.isArray(streams)) return [];
  const findings: Finding[] = [];
  const owners = new Map<string, number>();
  for (const [index, stream] of streams.entries()) {
    if (!isPlainObject(stream) || typeof stream['topic'] !== 'string') continue;
    if (faultOfFilter(stream['topic']) !== undefined) continue;
    const own = checkStream(stream, stream['topic'], baseTopic);
    findings.push(...own.map((finding) => ({ ...finding, path: ['streams', index, ...finding.path] })));
    if (own.length === 0) findings.push(...claimNames(stream, stream['topic'], index, { owners, nameEntry }));
  }
  return findings;
}

function checkStream(stream: PlainObject, topic: string, baseTopic: string): Finding[] {
  const findings: Finding[] = [];
  if (isBelow(topic, baseTopic))
    findings.push({
      path: ['topic'],
      at: 'value',
      text: `lies below mqtt.base_topic (${baseTopic}): our own output is never an input`,
    });
  if (stream['id'] !== undefined && hasWildcard(topic))
    findings.push({
      path: ['id'],
      at: 'value',
      text: 'needs a topic without + and #: every topic that matches would be the same stream',
    });
  if (stream['target'] !== undefined && stream['fields'] !== undefined)
    findings.push({ path: ['target'], at: 'key', text: 'is short for one field: use either target or fields' });
  return [...findings, ...checkSource(stream), ...checkLabels(stream, topic, baseTopic), ...checkInputs(stream)];
}

/** A dialect knows its fields, so they are not both said. */
function checkSource(stream: PlainObject): Finding[] {
  const ofSource: readonly string[] = ['fields', 'target', 'inputs'];
  if (stream['source'] === undefined) {
    return ['booleans', 'rebirth', 'keepalive', 'device_topics', 'by']
      .filter((key) => stream[key] !== undefined)
      .map((key) => ({ path: [key], at: 'key', text: 'needs source, as in source: generic' }));
  }
  return ofSource
    .filter((key) => stream[key] !== undefined)
    .map((key) => ({
      path: [key],
      at: 'key',
      text: 'is not together with source, which knows the fields: use either',
    }));
}

function checkLabels(stream: PlainObject, topic: string, baseTopic: string): Finding[] {
  const { classify } = stream;
  if (!isPlainObject(classify)) return [];
  const { label_topic: labelTopic } = classify;
  if (typeof labelTopic !== 'string') {
    const idle = ['label_path', 'map', 'from', 'to'].filter((key) => classify[key] !== undefined);
    return idle.map((key) => ({ path: ['classify', key], at: 'key', text: 'needs classify.label_topic' }));
  }
  if (faultOfFilter(labelTopic) !== undefined) return [];
  const path = ['classify', 'label_topic'];
  if (isBelow(labelTopic, baseTopic))
    return [{ path, at: 'value', text: `lies below mqtt.base_topic (${baseTopic}): our own output is never an input` }];
  if (wildcardsOf(labelTopic) !== wildcardsOf(topic))
    return [{ path, at: 'value', text: `needs the same wildcards as the topic ${topic}, in the same order` }];
  const isAuto = stream['target'] === undefined && (stream['fields'] ?? 'auto') === 'auto';
  if (labelTopic === topic && isAuto)
    return [{ path, at: 'value', text: 'is the topic itself: name the target, so that the label is not read as one' }];
  return [];
}

interface Claims {
  readonly owners: Map<string, number>;
  readonly nameEntry: NameEntry;
}

function claimNames(stream: PlainObject, topic: string, index: number, { owners, nameEntry }: Claims): Finding[] {
  const findings: Finding[] = [];
  for (const name of namesOf(stream, topic)) {
    const owner = owners.get(name);
    if (owner === undefined) owners.set(name, index);
    else if (owner === index)
      findings.push({ path: ['streams', index], at: 'value', text: `names the stream ${name} twice` });
    else
      findings.push({
        path: ['streams', index],
        at: 'value',
        text: `makes the stream ${name}, as ${nameEntry(owner, index)} does: give one another id, or remove it`,
      });
  }
  return findings;
}

/** The ids that are known before any message; of `auto` only the topic itself. */
export function namesOf(stream: PlainObject, topic: string): string[] {
  const fields = fieldNames(stream);
  const id = stream['id'];
  if (typeof id !== 'string')
    return fields.length === 0 ? [toStreamId(topic, undefined)] : fields.map((name) => toStreamId(topic, name));
  return fields.length < 2 ? [encodeStreamId(id)] : fields.map((name) => encodeStreamId(`${id}/${name}`));
}

function fieldNames(stream: PlainObject): string[] {
  if (typeof stream['target'] === 'string') return [stream['target']];
  const fields = stream['fields'];
  if (Array.isArray(fields)) return fields.filter((path) => typeof path === 'string');
  return isPlainObject(fields) ? Object.keys(fields) : [];
}
