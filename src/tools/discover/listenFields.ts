import type { EpochMs } from '../../domain/time.ts';
import { type Cadence, toCadence } from './cadence.ts';
import { listNumericFields, type ReadingRules } from './numericFields.ts';

interface HeardMessage {
  readonly topic: string;
  readonly text: string;
  readonly receivedAt: EpochMs;
  readonly retained: boolean;
}

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
  readonly passedOver: {
    /** Messages on topics without readings (status, own output) or with a name that no configuration can hold. */
    readonly topics: number;
    /** Messages longer than 64 Ki characters. */
    readonly long: number;
    /** Fields beyond the limits, counted each time. */
    readonly beyondLimits: number;
  };
}

export interface ListenRules extends ReadingRules {
  isHousekeepingTopic(topic: string): boolean;
}

export interface ListenLimits {
  readonly topics: number;
  readonly fieldsPerTopic: number;
  readonly fields: number;
}

export interface FieldListener {
  hear(message: HeardMessage): void;
  report(): FieldReport;
}

const DEFAULT_LIMITS: ListenLimits = { topics: 10_000, fieldsPerTopic: 64, fields: 50_000 };
const INTERVALS_KEPT = 32;
const LONGEST_PAYLOAD = 65_536;
/** Longer ones are legal in MQTT, but 10,000 of them would not be small any more. */
const LONGEST_TOPIC = 1_024;

interface Heard {
  lastValue: number;
  lastAt: EpochMs | undefined;
  count: number;
  readonly intervalsMs: number[];
}

/** Collects which numbers arrive where and how often, in bounded memory. */
export function createFieldListener(rules: ListenRules, limits: ListenLimits = DEFAULT_LIMITS): FieldListener {
  const topics = new Map<string, Map<string | undefined, Heard>>();
  const passedOver = { topics: 0, long: 0, beyondLimits: 0 };
  let messages = 0;
  let fieldCount = 0;

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
      const { topic, text } = message;
      messages += 1;
      if (!isNameable(topic) || rules.isHousekeepingTopic(topic)) passedOver.topics += 1;
      else if (text.length > LONGEST_PAYLOAD) passedOver.long += 1;
      else
        for (const { path, value } of listNumericFields(topic, text, rules)) {
          const heard = heardOf(topic, path);
          if (heard === undefined) passedOver.beyondLimits += 1;
          else note(heard, value, message);
        }
    },
    report: () => ({
      topics: [...topics]
        .map(([topic, fields]) => ({ topic, fields: [...fields].map(toField).sort(byPath) }))
        .sort((a, b) => compare(a.topic, b.topic)),
      messages,
      passedOver: { ...passedOver },
    }),
  };
}

function note(heard: Heard, value: number, { receivedAt, retained }: HeardMessage): void {
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

/** Whether a configuration may hold this topic: no wildcard or NUL [MQTT-4.7.1-1, 4.7.3-2], no control character. */
function isNameable(topic: string): boolean {
  return topic !== '' && topic.length <= LONGEST_TOPIC && !/[+#\p{Cc}\p{Cs}]/u.test(topic) && !topic.startsWith('$');
}
