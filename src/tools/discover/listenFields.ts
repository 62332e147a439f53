import type { Decode } from '../../domain/decode.ts';
import type { DropReason } from '../../domain/dropReason.ts';
import type { Inbound, Sample } from '../../domain/sample.ts';
import { decodeStreamId } from '../../domain/streamId.ts';
import type { EpochMs } from '../../domain/time.ts';
import { type Cadence, toCadence } from './cadence.ts';

interface HeardField {
  /** Dotted path; undefined: the payload itself is the number. */
  readonly path: string | undefined;
  readonly lastValue: number;
  /** Live arrivals; 0: only an old, retained reading was seen. */
  readonly count: number;
  readonly cadence: Cadence;
}

interface HeardTopic {
  readonly topic: string;
  readonly fields: readonly HeardField[];
}

/** Topics and fields in order of their names, and what was passed over. */
export interface FieldReport {
  readonly topics: readonly HeardTopic[];
  readonly messages: number;
  /** Messages and fields that gave nothing, by the reason that the daemon would count; `beyond-limits`: too many to list. */
  readonly passedOver: Readonly<Partial<Record<DropReason | 'beyond-limits', number>>>;
  /** Topics of which a field would make a stream that another topic makes. */
  readonly takenTopics: readonly string[];
}

export interface ListenLimits {
  readonly topics: number;
  readonly fieldsPerTopic: number;
  readonly fields: number;
}

export interface FieldListener {
  hear(message: Inbound): void;
  report(): FieldReport;
}

const DEFAULT_LIMITS: ListenLimits = { topics: 10_000, fieldsPerTopic: 64, fields: 50_000 };
const INTERVALS_KEPT = 32;

interface Heard {
  lastValue: number;
  lastAt: EpochMs | undefined;
  count: number;
  readonly intervalsMs: number[];
}

/**
 * Collects which numbers arrive where and how often, in bounded memory.
 * @param decode the decoder of the daemon for one entry of `fields: auto` without an id, so that its streams are those of a run
 */
export function createFieldListener(decode: Decode, limits: ListenLimits = DEFAULT_LIMITS): FieldListener {
  const topics = new Map<string, Map<string | undefined, Heard>>();
  const takenTopics = new Set<string>();
  const passedOver: Partial<Record<DropReason | 'beyond-limits', number>> = {};
  let messages = 0;
  let fieldCount = 0;

  const passOver = (reason: DropReason | 'beyond-limits') => {
    passedOver[reason] = (passedOver[reason] ?? 0) + 1;
  };
  const heardOf = (topic: string, path: string | undefined): Heard | undefined => {
    const fields = topics.get(topic);
    const known = fields?.get(path);
    if (known !== undefined) return known;
    const isFull = fields === undefined ? topics.size >= limits.topics : fields.size >= limits.fieldsPerTopic;
    if (isFull || fieldCount >= limits.fields) return undefined;
    fieldCount += 1;
    const heard: Heard = { lastValue: Number.NaN, lastAt: undefined, count: 0, intervalsMs: [] };
    if (fields === undefined) topics.set(topic, new Map([[path, heard]]));
    else fields.set(path, heard);
    return heard;
  };

  return {
    hear(message) {
      const { topic } = message;
      messages += 1;
      const { samples, drops } = decode(message);
      for (const { reason } of drops) {
        passOver(reason);
        if (reason === 'name-taken' && takenTopics.size < limits.topics) takenTopics.add(topic);
      }
      for (const [path, value] of lastValues(samples, topic)) {
        const heard = heardOf(topic, path);
        if (heard === undefined) passOver('beyond-limits');
        else note(heard, value, message);
      }
    },
    report: () => ({
      topics: [...topics]
        .map(([topic, fields]) => ({ topic, fields: [...fields].map(toField).sort(byPath) }))
        .sort((a, b) => compare(a.topic, b.topic)),
      messages,
      passedOver: { ...passedOver },
      takenTopics: [...takenTopics].sort(compare),
    }),
  };
}

/** By path; undefined: the payload itself. A batch holds several readings of a field. */
function lastValues(samples: readonly Sample[], topic: string): ReadonlyMap<string | undefined, number> {
  return new Map(samples.map(({ stream, value }) => [pathOf(decodeStreamId(stream), topic), value]));
}

/** The stream of a plain number is named as its topic, that of a field `topic/path`. */
function pathOf(name: string, topic: string): string | undefined {
  return name === topic ? undefined : name.slice(topic.length + 1);
}

function note(heard: Heard, value: number, { receivedAt, retained }: Inbound): void {
  heard.lastValue = value;
  // The broker replays retained readings at subscribe time: their arrival says nothing about the device's pace.
  if (retained) return;
  heard.count += 1;
  if (heard.lastAt !== undefined) heard.intervalsMs.push(Math.max(0, receivedAt - heard.lastAt));
  if (heard.intervalsMs.length > INTERVALS_KEPT) heard.intervalsMs.shift();
  heard.lastAt = receivedAt;
}

function toField([path, { lastValue, count, intervalsMs }]: [string | undefined, Heard]): HeardField {
  return { path, lastValue, count, cadence: toCadence(intervalsMs) };
}

/** By code unit: the same order in every locale. */
const compare = (a: string, b: string) => Number(a > b) - Number(a < b);
const byPath = (a: HeardField, b: HeardField) => compare(a.path ?? '', b.path ?? '');
