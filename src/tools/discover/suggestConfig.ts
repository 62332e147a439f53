import { Document, isSeq, Scalar } from 'yaml';
import { isFieldPath } from '../../config/scalars/fieldPath.ts';
import { faultOfFilter } from '../../config/schema/topics.ts';
import { groupTopics, type StreamEntry } from './groupTopics.ts';
import type { FieldReport } from './listenFields.ts';

export interface SuggestOptions {
  /** The broker's URL. User and password in it do not reach the file: the password becomes `!env MQTT_PASSWORD`. */
  readonly server: string;
}

/** Up to here a list of paths stands in one line. */
const LONGEST_LINE_OF_PATHS = 8;

/** A configuration file that watches everything in the report. */
export function suggestConfig(report: FieldReport, { server }: SuggestOptions): string {
  const { topics, unnameable } = chooseFields(report);
  const entries = groupTopics(topics);
  const document = new Document({
    version: 1,
    mqtt: toMqtt(server),
    streams: entries.map(({ topic, paths }) => (paths.length === 0 ? { topic } : { topic, fields: paths })),
  });
  entries.forEach((entry, index) => void layOut(document, entry, index));
  document.comment = comments(unnameable, report.takenTopics.length);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function layOut(document: Document, entry: StreamEntry, index: number): void {
  const fields = document.getIn(['streams', index, 'fields']);
  if (isSeq(fields)) fields.flow = entry.paths.length <= LONGEST_LINE_OF_PATHS;
  const topic = document.getIn(['streams', index, 'topic'], true) as Scalar;
  if (entry.topics > 1) topic.comment = ` ${entry.topics} topics`;
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

interface ChosenTopic {
  readonly topic: string;
  readonly paths: readonly string[];
}

/** Keeps the JSON of a topic that sends both: its paths say more than a plain number. */
function chooseFields({ topics }: FieldReport): {
  readonly topics: readonly ChosenTopic[];
  readonly unnameable: number;
} {
  let unnameable = 0;
  const chosen = topics.flatMap(({ topic, fields }): readonly ChosenTopic[] => {
    const isPlain = fields.every(({ path }) => path === undefined);
    const paths = fields.flatMap(({ path }) => path ?? []);
    const nameable = faultOfFilter(topic) === undefined ? paths.filter(isFieldPath) : [];
    unnameable += paths.length - nameable.length;
    return nameable.length > 0 || (isPlain && faultOfFilter(topic) === undefined) ? [{ topic, paths: nameable }] : [];
  });
  return { topics: chosen, unnameable };
}

function comments(unnameable: number, taken: number): string {
  const lines = [
    unnameable > 0 && ` ${unnameable} more have names that no list of fields can hold; \`fields: auto\` reads them`,
    taken > 0 && ` ${taken} more would share a stream id with one above; give those an id of their own`,
  ];
  return lines.filter((line) => line !== false).join('\n');
}
