import { isFieldPath } from '../../config/scalars/fieldPath.ts';
import { faultOfFilter, faultOfName } from '../../config/schema/topics.ts';
import type { FieldReport, HeardField, HeardTopic } from './listenFields.ts';

/** A topic of the suggested configuration, with its fields that become streams. */
export interface ChosenTopic {
  readonly topic: string;
  /** None: the payload itself is the number. */
  readonly paths: readonly string[];
  readonly heard: HeardTopic;
}

export interface Choice {
  readonly topics: readonly ChosenTopic[];
  /** Fields whose names no list of fields can hold. */
  readonly unnameable: number;
}

/** Keeps what may be a stream of its own; of a topic that sends both the JSON: its paths say more than a plain number. */
export function chooseTopics({ topics }: FieldReport): Choice {
  let unnameable = 0;
  const chosen = topics.flatMap((heard): readonly ChosenTopic[] => {
    const { topic, fields } = heard;
    const wanted = fields.filter(({ leftOut }) => leftOut === undefined);
    const isPlain = wanted.length > 0 && fields.every(({ path }) => path === undefined);
    const paths = wanted.flatMap(({ path }) => path ?? []);
    const nameable = faultOfFilter(topic) === undefined ? paths.filter(isFieldPath) : [];
    unnameable += paths.length - nameable.length;
    if (nameable.length > 0) return [{ topic, paths: nameable, heard }];
    return isPlain && faultOfFilter(topic) === undefined ? [{ topic, paths: [], heard }] : [];
  });
  return { topics: chosen, unnameable };
}

/** The fields of these topics that are under `paths`; none: the payloads themselves. */
export function fieldsOf(topics: readonly ChosenTopic[], paths: readonly string[]): readonly HeardField[] {
  return topics.flatMap(({ heard }) =>
    heard.fields.filter(({ path }) => (path === undefined ? paths.length === 0 : paths.includes(path))),
  );
}

/** Values of each path by which its sensors say that they have no reading; undefined as path: the payload. */
export function faultsOf(fields: readonly HeardField[]): ReadonlyMap<string | undefined, readonly number[]> {
  const found = new Map<string | undefined, readonly number[]>();
  for (const { path, faults = [] } of fields)
    if (faults.length > 0) found.set(path, [...new Set([...(found.get(path) ?? []), ...faults])]);
  return found;
}

/** Tells whether a path can also be the name of its field. */
export function isFieldName(path: string): boolean {
  return faultOfName(path) === undefined;
}
