import { Document, isMap, isSeq, Scalar } from 'yaml';
import { toPrintable } from '../../adapters/terminal/toPrintable.ts';
import { isFieldPath } from '../../config/scalars/fieldPath.ts';
import { type ChosenTopic, chooseTopics, faultsOf, fieldsOf, isFieldName } from './chosenTopics.ts';
import { describeLeftOut } from './describeReport.ts';
import { groupTopics } from './groupTopics.ts';
import type { FieldReport } from './listenFields.ts';
import { proposeSteps } from './proposeSteps.ts';

export interface SuggestOptions {
  /** The broker's URL. User and password in it do not reach the file: the password becomes `!env MQTT_PASSWORD`. */
  readonly server: string;
}

/** Up to here a list of paths stands in one line. */
const LONGEST_LINE_OF_PATHS = 8;
/** Inputs that one stream can have. */
const MOST_INPUTS = 16;

interface Entry {
  readonly topic: string;
  readonly paths: readonly string[];
  readonly members: readonly ChosenTopic[];
}

/** A configuration file that watches everything in the report that may be a stream, and says what it leaves out. */
export function suggestConfig(report: FieldReport, { server }: SuggestOptions): string {
  const { topics, unnameable } = chooseTopics(report);
  const byName = new Map(topics.map((topic) => [topic.topic, topic]));
  const entries = groupTopics(topics).map(({ topic, paths, topics: names }): Entry => {
    const members = names.map((name) => byName.get(name) as ChosenTopic);
    return { topic, paths, members };
  });
  const document = new Document({ version: 1, mqtt: toMqtt(server), streams: entries.map(toOptions) });
  entries.forEach((entry, index) => void layOut(document, entry, index));
  document.comment = comments(unnameable, report);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function toOptions({ topic, paths, members }: Entry): object {
  const fields = fieldsOf(members, paths);
  const faults = faultsOf(fields);
  const plain = faults.get(undefined);
  const steps = proposeSteps(fields.map(({ cadence }) => cadence));
  return {
    topic,
    ...(paths.length > 0 && { fields: toFields(paths, faults) }),
    ...(paths.length === 0 && plain !== undefined && { valid: { not: plain } }),
    ...steps,
  };
}

/** A list of paths, or where one of them has values that are no readings, names with their rules. */
function toFields(paths: readonly string[], faults: ReadonlyMap<string | undefined, readonly number[]>): unknown {
  if (!paths.some((path) => faults.has(path)) || !paths.every(isFieldName)) return paths;
  return Object.fromEntries(
    paths.map((path) => {
      const not = faults.get(path);
      return [path, not === undefined ? path : { path, valid: { not } }];
    }),
  );
}

function layOut(document: Document, { topic: _, paths, members }: Entry, index: number): void {
  const entry = document.getIn(['streams', index]);
  const fields = document.getIn(['streams', index, 'fields']);
  if (isSeq(fields)) fields.flow = paths.length <= LONGEST_LINE_OF_PATHS;
  for (const key of ['horizons', 'valid']) {
    const short = document.getIn(['streams', index, key]);
    if (isSeq(short) || isMap(short)) short.flow = true;
  }
  if (isMap(fields)) for (const { value } of fields.items) if (isMap(value)) value.flow = true;
  const topic = document.getIn(['streams', index, 'topic'], true) as Scalar;
  if (members.length > 1) topic.comment = ` ${members.length} topics`;
  const inputs = offerInputs(paths, members);
  if (inputs !== undefined && isMap(entry)) entry.comment = inputs;
}

/** The lines that make fields with two states inputs of one field; undefined: there are none. */
function offerInputs([target]: readonly string[], members: readonly ChosenTopic[]): string | undefined {
  if (target === undefined) return undefined;
  const switches = new Map(members.flatMap(({ heard }) => Object.entries(heard.switches ?? {})));
  const offered = [...switches].filter(([path]) => isFieldPath(path)).slice(0, MOST_INPUTS);
  if (offered.length === 0) return undefined;
  const rules = Object.fromEntries(offered.map(([path, map]) => [path, { path, map }]));
  const lines = [
    ' Fields with two states can help one field: in place of `fields`',
    ` target: ${JSON.stringify(target)}`,
    ` inputs: ${JSON.stringify(rules)}`,
  ];
  return lines.map(toPrintable).join('\n');
}

function toMqtt(server: string): object {
  if (!URL.canParse(server)) return { server };
  const url = new URL(server);
  if (url.username === '' && url.password === '') return { server };
  const password = new Scalar('MQTT_PASSWORD');
  password.tag = '!env';
  const location = url.pathname === '/' ? '' : url.pathname;
  return {
    server: `${url.protocol}//${url.host}${location}${url.search}`,
    user: decodeUser(url.username),
    ...(url.password === '' ? {} : { password }),
  };
}

function decodeUser(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

function comments(unnameable: number, report: FieldReport): string {
  const taken = report.takenTopics.length;
  const lines = [
    unnameable > 0 && `${unnameable} more have names that no list of fields can hold; \`fields: auto\` reads them`,
    taken > 0 && `${taken} more would share a stream id with one above; give those an id of their own`,
    ...describeLeftOut(report),
  ];
  return lines.flatMap((line) => (line === false ? [] : [` ${line}`])).join('\n');
}
