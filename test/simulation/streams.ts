import { createDeviceBook } from '../../src/adapters/payload/dialects/deviceBook.ts';
import { compileSpec } from '../../src/adapters/payload/fieldSpec.ts';
import { createSourceGuess } from '../../src/adapters/payload/sourceGuess.ts';
import { createStreamBook } from '../../src/adapters/payload/streamBook.ts';
import type { Decode, SettingsOf } from '../../src/domain/decode.ts';
import type { Inbound, Sample } from '../../src/domain/sample.ts';
import { SampleRow } from '../../src/domain/sampleRow.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import type { Label } from '../../src/domain/streamInput.ts';
import type { ClassifySettings, StepSettings, StreamSettings } from '../../src/domain/streamSettings.ts';
import type { StreamSpec } from '../../src/domain/streamSpec.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { everyMessage, settingsWith, utc } from '../pipeline/samples.ts';

/**
 * Time that a sensor's messages tell: its own; that time or, now and then, none; local time as UTC; seconds since it woke
 * up; or nothing. The daemon has to judge it. `certain`: it has not.
 */
type SimClock = 'certain' | 'true' | 'lazy' | 'zone' | 'asleep' | 'none';

/** A sensor and the settings of its stream. */
export interface SimStream {
  /** Topic of its messages, and the name of its stream. */
  readonly topic: string;
  /** Other streams whose readings are in the same messages, as fields of them. */
  readonly others: readonly SimStream[];
  readonly step: StepSettings;
  /** Number of further inputs in its messages. */
  readonly inputs: number;
  /** It is taught classes: late, for spans, contradicting, and some that the learner does not know. */
  readonly isLabelled: boolean;
  /** Its readings are all the same, and timed by their arrival: only the packet id tells one message from the next. */
  readonly isTimedByArrival: boolean;
  readonly clock: SimClock;
  /** It sends readings twice and late, and its clock is set forward and back. */
  readonly isDisorderly: boolean;
  /** A reading that is lost with an excuse is no fault. */
  readonly mayForget: boolean;
  /** Nothing but what is counted as left out is missing. */
  readonly isCounted: boolean;
}

const PLAIN = {
  others: [] as readonly SimStream[],
  step: everyMessage,
  inputs: 0,
  isLabelled: false,
  isTimedByArrival: false,
  clock: 'certain' as SimClock,
  isDisorderly: false,
  mayForget: false,
  isCounted: false,
};
const GRID: StepSettings = { every: toDurationMs(10_000), gapAfter: toDurationMs(60_000) };
/** A reading stands in for as many steps as its silence is long. */
const LONG_GRID: StepSettings = { every: toDurationMs(20_000), gapAfter: toDurationMs(3_600_000) };
/** Each message has a reading for all of them: after a silence it leads to many times the steps that may wait for the learners. */
const FIELDS: readonly SimStream[] = ['h2', 'h3', 'h4'].map((topic, i) => ({
  ...PLAIN,
  topic,
  step: i === 0 ? GRID : LONG_GRID,
  inputs: i,
}));

/** One of each kind; what they learn depends on every single reading. */
export const MANIFOLD: readonly SimStream[] = [
  { ...PLAIN, topic: 'a' },
  { ...PLAIN, topic: 'b', step: GRID },
  { ...PLAIN, topic: 'c', step: GRID, inputs: 2, isDisorderly: true },
  { ...PLAIN, topic: 'd', isDisorderly: true },
  { ...PLAIN, topic: 'e', inputs: 2, isDisorderly: true },
  { ...PLAIN, topic: 'f', isTimedByArrival: true },
  { ...PLAIN, topic: 'g', isTimedByArrival: true },
  { ...PLAIN, topic: 'h', step: LONG_GRID, others: FIELDS },
  { ...PLAIN, topic: 'k', isLabelled: true },
  { ...PLAIN, topic: 'm', isLabelled: true, inputs: 1 },
];

/** Each stream of these sensors, those of the other fields too. */
export const everyStream = (sensors: readonly SimStream[]): readonly SimStream[] =>
  sensors.flatMap((sensor) => [sensor, ...sensor.others]);

/** Streams of which readings may be missing: the others are learned as they are. */
export const forgetful = (isCounted: boolean): readonly SimStream[] =>
  MANIFOLD.map(({ topic }) => ({ ...PLAIN, topic, mayForget: true, isCounted }));

const MINUTES: StepSettings = { every: toDurationMs(60_000), gapAfter: toDurationMs(120_000) };

/** One of each clock. */
export const TELLING: readonly SimStream[] = [
  { ...PLAIN, topic: 't', clock: 'true' },
  { ...PLAIN, topic: 'u', clock: 'true', step: MINUTES },
  { ...PLAIN, topic: 'l', clock: 'lazy' },
  { ...PLAIN, topic: 'z', clock: 'zone' },
  { ...PLAIN, topic: 's', clock: 'asleep' },
  { ...PLAIN, topic: 'n', clock: 'none' },
];

const CLASSIFY: ClassifySettings = {
  classes: ['off', 'on'],
  delay: toDurationMs(60_000),
  longestLag: undefined,
  dwell: { rows: 1 },
};
const ZONE_MS = 5 * 3_600_000;

/** Time that the message of its `n`-th reading tells; undefined: none. */
export function toldBy({ clock }: SimStream, at: number, n: number): number | undefined {
  if (clock === 'none' || (clock === 'lazy' && n % 3 === 0)) return undefined;
  if (clock === 'zone') return at - ZONE_MS;
  return clock === 'asleep' ? 7000 + 1000 * (n % 4) : at;
}

function settingsOf({ step, inputs }: SimStream): StreamSettings {
  return { ...settingsWith(step), exogenous: inputs };
}

/**
 * Settings of the streams in one life, as outlets see them: of those that are taught classes each has them in one life and not in the
 * next, in turn.
 */
export function settingsOfLife(sensors: readonly SimStream[], settingsOf: SettingsOf, life: number): SettingsOf {
  const labelled = everyStream(sensors).filter(({ isLabelled }) => isLabelled);
  const known = new Map<StreamId, StreamSettings>();
  return (stream) => {
    const found = known.get(stream);
    if (found !== undefined) return found;
    const place = labelled.findIndex(({ topic }) => topic === stream);
    const settings = settingsOf(stream);
    const made = place >= 0 && (place + life) % 2 === 0 ? { ...settings, classify: CLASSIFY } : settings;
    known.set(stream, made);
    return made;
  };
}

/** Fields of a message, each with its stream. */
const FIELD_SEPARATOR = ';';

/** Second word of a field that is a label: its stream, this, both ends of its span, and its class. */
export const LABEL_MARK = 'label';

/** A message of readings: for each its stream, value, time unless it is that of the arrival, and further inputs. Labels may be among them. */
export function encode(fields: readonly (readonly (string | number)[])[]): string {
  return fields.map((field) => field.join(' ')).join(FIELD_SEPARATOR);
}

/** A time that is to be judged has a mark before it. */
const decode: Decode = (message) => {
  const fields = new TextDecoder()
    .decode(message.payload)
    .split(FIELD_SEPARATOR)
    .map((field) => field.split(' '));
  const isLabel = ([, mark]: readonly string[]): boolean => mark === LABEL_MARK;
  return {
    samples: fields.filter((field) => !isLabel(field)).map((field) => decodeField(field, message)),
    labels: fields.filter(isLabel).map((field) => decodeLabel(field, message)),
    drops: [],
  };
};

function decodeLabel([stream, , from, to, ...words]: readonly string[], { receivedAt }: Inbound): Label {
  const span = { from: toEpochMs(Number(from)), to: toEpochMs(Number(to)) };
  return { kind: 'label', stream: stream as StreamId, at: receivedAt, ...span, label: words.join(' ') };
}

function decodeField([stream, value, time, ...inputs]: readonly string[], { receivedAt, receipt }: Inbound): Sample {
  const isTold = time?.startsWith('@') ?? false;
  const isJudged = isTold || TELLING.some(({ topic }) => topic === stream);
  const origin = {
    arrival: isTold ? toEpochMs(Math.floor(receivedAt)) : receivedAt,
    isTold,
    isBacklog: receipt?.isBacklog ?? false,
  };
  return {
    stream: stream as StreamId,
    at: time === undefined ? receivedAt : toEpochMs(Number(time.replace('@', ''))),
    value: Number(value),
    ...(inputs.length > 0 && { inputs: inputs.map(Number) }),
    ...(isJudged && { origin }),
  };
}

/** Far fewer than there are streams. */
const MOST_REMEMBERED = 2;

/** Works as the daemon's own: sources travel with samples, and settings that are not remembered are worked out from the stream's id. */
export function createSimDecoder(sensors: readonly SimStream[]): { decode: Decode; settingsOf: SettingsOf } {
  const specs = new Map(everyStream(sensors).map((stream) => [stream.topic, specOf(stream)]));
  const report = (): void => undefined;
  const compiled = [...specs.values()].map((spec) =>
    compileSpec(spec, () => utc, report, createDeviceBook(report, false)),
  );
  const guess = createSourceGuess(compiled, (filter, topic) => filter === topic);
  const book = createStreamBook(MOST_REMEMBERED);
  const owned = (sample: Sample): Sample => {
    const { stream } = sample;
    const spec = specs.get(stream) as StreamSpec;
    return { ...sample, source: book.ownerOf(stream, { topic: stream, spec }) };
  };
  /** Lent as the daemon's decoder does: who holds on to one finds nothing in it when the next message comes. */
  const rows: SampleRow[] = [];
  const lend = (sample: Sample, i: number): Sample => {
    rows[i] ??= new SampleRow();
    const { origin, ...others } = owned(sample);
    Object.assign(rows[i], { inputs: undefined, effort: undefined, ...others });
    if (origin === undefined) rows[i].origin = undefined;
    else rows[i].setOrigin(origin.arrival, origin.isTold, origin.isBacklog);
    return rows[i];
  };
  return {
    decode(message) {
      for (const row of rows) row.giveBack();
      const { samples, labels = [], drops } = decode(message);
      return { samples: samples.map(lend), labels, drops };
    },
    settingsOf: (stream) => (book.find(stream)?.spec ?? guess.specOf(stream)).settings,
  };
}

function specOf(stream: SimStream): StreamSpec {
  const itself = { path: undefined, name: undefined, map: undefined, valid: undefined };
  return { id: undefined, topic: stream.topic, fields: [itself], inputs: [], settings: settingsOf(stream) };
}
