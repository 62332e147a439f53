import type { DropReason } from '../../../domain/dropReason.ts';
import type { Origin } from '../../../domain/sample.ts';
import { canNameStream, encodeStreamId, type StreamId } from '../../../domain/streamId.ts';
import type { About, StreamSource, StreamSpec } from '../../../domain/streamSpec.ts';
import { type EpochMs, toEpochMs, type ZoneOffset } from '../../../domain/time.ts';
import type { Intake } from '../intake.ts';
import { readJsonNumber } from '../jsonNumber.ts';
import type { TextMap } from '../numberText.ts';
import { isLenientText } from '../refusedValue.ts';
import { type ReadSampleTime, tellTime } from '../sampleTime.ts';
import type { DeviceBook } from './deviceBook.ts';
import type { Dialect, ReadingSink, UnitOf, When } from './dialect.ts';
import { SWITCH_WORDS } from './switchWords.ts';

/** Streams that one topic may make: that of a radio has many senders. */
const MOST_STREAMS = 2048;

/** Counted once a message even where other parts gave readings: these would have been wanted. */
const ALWAYS_TOLD: readonly DropReason[] = ['bad-time', 'bad-name', 'too-many-streams', 'too-deep'];
/** Why a message gave nothing, the most telling first. */
const TELLING: readonly DropReason[] = ['retained', 'not-finite', 'missing', 'not-a-number'];

const NOWHERE: readonly object[] = [];

/** The time of the object that was looked at last. */
interface Timed {
  readonly holder: object | undefined;
  /** Objects around it and itself. */
  readonly depth: number;
  readonly at: EpochMs;
  readonly origin: Origin | undefined;
}
const UNTIMED: Timed = { holder: undefined, depth: 0, at: toEpochMs(Number.NaN), origin: undefined };

interface Owned {
  readonly stream: StreamId;
  readonly source: StreamSource;
  readonly about: About;
  /** Number of the last message that gave it a reading, and the time of that. */
  message: number;
  at: number;
}

export interface TopicReadingsOptions {
  readonly topic: string;
  readonly spec: StreamSpec;
  readonly dialect: Dialect;
  readonly timeOf: ReadSampleTime;
  readonly zone: ZoneOffset;
  readonly devices: DeviceBook;
}

/** Takes the readings of the messages of one topic into the intake, each under the name of its stream. Bounded. */
export class TopicReadings implements ReadingSink {
  readonly #options: TopicReadingsOptions;
  readonly #words: TextMap | undefined;
  /** By path alone, or by sender and path. */
  readonly #streams = new Map<string, Owned>();
  readonly #reasons = new Set<DropReason>();
  #intake: Intake | undefined;
  #isDisordered = false;
  /** A text of the message is a number to people. */
  #hasLenientText = false;
  /** The message is one that the broker had kept: what it declares counts, and its readings are old. */
  #isOld = false;
  #timed: Timed = UNTIMED;

  constructor(options: TopicReadingsOptions) {
    this.#options = options;
    this.#words = options.spec.source?.booleans === true ? SWITCH_WORDS : undefined;
  }

  get #saysUnits(): boolean {
    return this.#options.dialect.saysUnits === true;
  }

  get takesWords(): boolean {
    return this.#words !== undefined;
  }

  get takesTexts(): boolean {
    return this.#options.spec.settings.notation.isLenient;
  }

  get zone(): ZoneOffset {
    return this.#options.zone;
  }

  begin(intake: Intake): void {
    this.#intake = intake;
    this.#isDisordered = false;
    this.#isOld = intake.message.retained && !this.#options.devices.takesRetained;
    this.#timed = UNTIMED;
    if (this.#reasons.size > 0) this.#reasons.clear();
    this.#hasLenientText = false;
  }

  /** @param reason why the message holds nothing, as its dialect says; what its parts were is more telling */
  end(reason: DropReason | undefined): DropReason | undefined {
    const intake = this.#intake as Intake;
    if (this.#isDisordered) intake.sort();
    this.#intake = undefined;
    this.#timed = UNTIMED;
    if (this.#hasLenientText) intake.refuse('not-a-number');
    if (this.#reasons.size === 0) return reason;
    for (const told of ALWAYS_TOLD) if (this.#reasons.has(told)) intake.refuse(told);
    return TELLING.find((told) => this.#reasons.has(told)) ?? reason;
  }

  offer(value: unknown, path: string | undefined, when: When, unitOf?: UnitOf, base?: string): void {
    if (this.#isOld) {
      this.#reasons.add('retained');
      return;
    }
    const { spec, devices } = this.#options;
    const intake = this.#intake as Intake;
    const number = readJsonNumber(value, this.#words, spec.settings);
    if (typeof number === 'string') {
      this.#refuse(number, value, path);
      return;
    }
    const key = base === undefined ? (path ?? '') : `${base}\0${path ?? ''}`;
    const owned = this.#streams.get(key) ?? this.#own(key, path, unitOf, base);
    if (owned === undefined) return;
    if (unitOf !== undefined && this.#saysUnits) this.#renewUnit(owned, unitOf(path));
    if (!this.#setTime(when, intake)) {
      this.#reasons.add('bad-time');
      return;
    }
    const { at } = intake.row;
    if (owned.message === intake.number && at < owned.at) this.#isDisordered = true;
    if (owned.message !== intake.number) devices.presences.heard(owned.source.topic);
    owned.message = intake.number;
    owned.at = at;
    intake.accept(owned.source, owned.stream, number);
  }

  /** A message without a unit takes none away. */
  #renewUnit({ source, about }: Owned, unit: string | undefined): void {
    if (unit !== undefined && unit !== about.unit) this.#options.devices.abouts.renew(about, source.topic, { unit });
  }

  #refuse(reason: DropReason, value: unknown, path: string | undefined): void {
    const intake = this.#intake as Intake;
    const { notation } = this.#options.spec.settings;
    // A fault that the configuration names is counted for each field, whatever else the message holds.
    if (reason === 'not-valid') {
      intake.refuseValue(reason, value, path, notation);
      return;
    }
    this.#reasons.add(reason);
    if (reason === 'missing') return;
    if (reason === 'not-a-number' && isLenientText(value)) this.#hasLenientText = true;
    intake.note(reason, value, path, notation);
  }

  refuse(reason: DropReason): void {
    this.#intake?.refuse(reason);
  }

  beginBatch(): void {
    (this.#intake as Intake).isBatch = true;
  }

  passOver(): void {
    (this.#intake as Intake).passedOver++;
  }

  passOverDeep(): void {
    if (this.#isOld) return;
    this.#reasons.add('too-deep');
  }

  passOverText(text: string, path: string): void {
    if (this.#isOld) return;
    this.#hasLenientText = true;
    this.#intake?.note('not-a-number', text, path, this.#options.spec.settings.notation);
  }

  declare(base: string, path: string | undefined, about: About): void {
    this.#options.devices.abouts.declare(base, path, about);
  }

  missed(count: number): void {
    const { topic, devices } = this.#options;
    devices.report({ type: 'MessagesMissed', topic, count });
  }

  askForBirth(group: string, node: string): void {
    if (this.#isOld) return;
    const at = (this.#intake as Intake).message.receivedAt;
    this.#options.devices.report({ type: 'BirthWanted', group, node, at });
  }

  tellPresence(topics: string, isThere: boolean): void {
    this.#options.devices.presences.tell(topics, isThere);
  }

  /** Fields of one object have one time: it is looked for once. */
  #setTime(when: When, intake: Intake): boolean {
    const { spec, timeOf } = this.#options;
    const { row } = intake;
    if (typeof when === 'number') {
      tellTime(when, intake, spec.settings.time);
      return true;
    }
    const trail = when ?? NOWHERE;
    const holder = trail[trail.length - 1];
    const known = this.#timed;
    if (known.holder !== undefined && known.holder === holder && known.depth === trail.length) {
      row.at = known.at;
      if (known.origin === undefined) row.origin = undefined;
      else row.setOrigin(known.origin.arrival, known.origin.isTold, known.origin.isBacklog);
      return true;
    }
    const isFound = timeOf(trail, intake);
    if (isFound) this.#timed = { holder, depth: trail.length, at: row.at, origin: row.origin && { ...row.origin } };
    return isFound;
  }

  #own(key: string, path: string | undefined, unitOf: UnitOf | undefined, base: string | undefined): Owned | undefined {
    const { topic, spec, dialect, devices } = this.#options;
    const sender = base ?? topic;
    const name = `${nameOf(sender, topic, spec.id)}${path === undefined ? '' : `/${path}`}`;
    if (this.#streams.size >= MOST_STREAMS || !canNameStream(name)) {
      this.#reasons.add(canNameStream(name) ? 'too-many-streams' : 'bad-name');
      return undefined;
    }
    const about = devices.abouts.of(sender, path);
    if (!this.#saysUnits) about.unit ??= unitOf?.(path);
    const origin = dialect.hasManyTopics === true ? sender : topic;
    const source = { topic: origin, spec, path, dialect: dialect.name, about };
    const owned = { stream: encodeStreamId(name), source, about, message: -1, at: Number.NaN };
    this.#streams.set(key, owned);
    return owned;
  }
}

/** The sender as the entry names it: its id stands for the topic. */
function nameOf(sender: string, topic: string, id: string | undefined): string {
  return id !== undefined && sender.startsWith(topic) ? `${id}${sender.slice(topic.length)}` : sender;
}
