import type { DropReason } from '../../../domain/dropReason.ts';
import { canNameStream, encodeStreamId } from '../../../domain/streamId.ts';
import type { About, StreamSpec } from '../../../domain/streamSpec.ts';
import type { ZoneOffset } from '../../../domain/time.ts';
import { isValidReading } from '../../../domain/validReadings.ts';
import type { Intake } from '../intake.ts';
import { readJsonNumber } from '../jsonNumber.ts';
import type { TextMap } from '../numberText.ts';
import { isLenientText } from '../refusedValue.ts';
import { type ReadSampleTime, tellTime, timeNamesOf } from '../sampleTime.ts';
import { StreamUnits } from '../streamUnit.ts';
import type { DeviceBook } from './deviceBook.ts';
import type { Dialect, ReadingSink, SenderNews, UnitOf, When } from './dialect.ts';
import { FlatLayout } from './flatLayout.ts';
import { LastTime } from './lastTime.ts';
import { nameReading, type OwnedStream, unitOfReading } from './ownedStream.ts';
import { SWITCH_WORDS } from './switchWords.ts';

/** Streams that one topic may make: that of a radio has many senders. */
const MOST_STREAMS = 2048;

/** Counted once a message even where other parts gave readings: these would have been wanted. */
const ALWAYS_TOLD: readonly DropReason[] = ['bad-time', 'bad-name', 'too-many-streams', 'too-deep'];
/** Why a message gave nothing, the most telling first. */
const TELLING: readonly DropReason[] = ['retained', 'not-finite', 'missing', 'not-a-number'];

const NOWHERE: readonly object[] = [];

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
  readonly #streams = new Map<string, OwnedStream>();
  readonly #units = new StreamUnits(MOST_STREAMS);
  readonly #reasons = new Set<DropReason>();
  #intake: Intake | undefined;
  #isDisordered = false;
  /** A text of the message is a number to people. */
  #hasLenientText = false;
  /** The message is one that the broker had kept: what it declares counts, and its readings are old. */
  #isOld = false;
  readonly #timed = new LastTime();
  readonly #layout = new FlatLayout<OwnedStream>();

  constructor(options: TopicReadingsOptions) {
    this.#options = options;
    this.#words = options.spec.source?.booleans === true ? SWITCH_WORDS : undefined;
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
    this.#timed.forget();
    if (this.#reasons.size > 0) this.#reasons.clear();
    this.#hasLenientText = false;
  }

  /** @param reason why the message holds nothing, as its dialect says; what its parts were is more telling */
  end(reason: DropReason | undefined): DropReason | undefined {
    const intake = this.#intake as Intake;
    if (this.#isDisordered) intake.sort();
    this.#intake = undefined;
    this.#timed.forget();
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
    const key = base === undefined ? (path ?? '') : `${base}\0${path ?? ''}`;
    const isText = typeof value === 'string' && this.takesTexts;
    const unit = isText ? this.#units.of(key, () => unitOfReading(this.#options, path, base)) : undefined;
    const number = readJsonNumber(value, this.#words, spec.settings, unit);
    if (typeof number === 'string') {
      this.#refuse(number, value, path);
      return;
    }
    const owned = this.#streams.get(key) ?? this.#own(key, path, unitOf, base);
    if (owned === undefined) return;
    if (unitOf !== undefined && this.#options.dialect.saysUnits === true) this.#renewUnit(owned, unitOf(path));
    if (!this.#setTime(when, intake)) {
      this.#reasons.add('bad-time');
      return;
    }
    const { at } = intake.row;
    if (owned.message === intake.number && at < owned.at) this.#isDisordered = true;
    if (owned.message !== intake.number) devices.presences.heard(owned.source.topic);
    owned.message = intake.number;
    owned.at = at;
    intake.acceptClaim(owned, number);
  }

  /** A message without a unit takes none away. */
  #renewUnit({ source, about }: OwnedStream, unit: string | undefined): void {
    if (unit !== undefined && unit !== about.unit) this.#options.devices.abouts.renew(about, source.topic, { unit });
  }

  #refuse(reason: DropReason, value: unknown, path: string | undefined): void {
    const intake = this.#intake as Intake;
    const { notation } = this.#options.spec.settings;
    // A fault that the configuration names is counted for each field, whatever else the message holds.
    if (reason === 'not-valid' || reason === 'other-unit') {
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

  takeKnownLayout(): boolean {
    const intake = this.#intake as Intake;
    const layout = this.#layout;
    const { spec, devices, timeOf } = this.#options;
    const { time, valid } = spec.settings;
    if (this.#isOld || !layout.read(intake.message, timeNamesOf(time))) return false;
    const { told } = layout;
    devices.presences.heard(this.#options.topic);
    for (let i = 0; i < layout.length; i++) {
      const owned = layout.takenAt(i);
      if (owned === undefined) {
        if (layout.hasNumber(i)) intake.passedOver++;
        continue;
      }
      // -0 is no reading of its own.
      const value = layout.valueAt(i) + 0;
      if (!isValidReading(value, valid)) {
        this.#refuse('not-valid', value, owned.source.path);
        continue;
      }
      if (told === undefined) timeOf(NOWHERE, intake);
      else tellTime(told, intake, time);
      owned.message = intake.number;
      owned.at = intake.row.at;
      intake.acceptClaim(owned, value);
    }
    return true;
  }

  learnLayout(root: object, isOver: (key: string) => boolean): void {
    const layout = this.#layout;
    if (layout.isGivenUp) return;
    const { notation, time } = this.#options.spec.settings;
    if (this.takesWords || notation.isLenient || this.#isOld) layout.forget();
    else {
      // A stream from before its device said that it is a setting has no more readings.
      const takenAt = (key: string): OwnedStream | undefined => (isOver(key) ? undefined : this.#streams.get(key));
      layout.learn(root, { times: timeNamesOf(time), takenAt, isOver });
    }
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

  report(news: SenderNews): void {
    if (!this.#isOld) this.#options.devices.report(news);
  }

  tellPresence(topics: string, isThere: boolean): void {
    this.#options.devices.presences.tell(topics, isThere);
  }

  #setTime(when: When, intake: Intake): boolean {
    const { spec, timeOf } = this.#options;
    if (typeof when !== 'number') return this.#timed.find(when ?? NOWHERE, intake, timeOf);
    tellTime(when, intake, spec.settings.time);
    return true;
  }

  #own(
    key: string,
    path: string | undefined,
    unitOf: UnitOf | undefined,
    base: string | undefined,
  ): OwnedStream | undefined {
    const { topic, spec, dialect, devices } = this.#options;
    const sender = base ?? topic;
    const name = nameReading(this.#options, path, base);
    if (this.#streams.size >= MOST_STREAMS || !canNameStream(name)) {
      this.#reasons.add(canNameStream(name) ? 'too-many-streams' : 'bad-name');
      return undefined;
    }
    const about = devices.abouts.of(sender, path);
    if (dialect.saysUnits !== true) about.unit ??= unitOf?.(path);
    const origin = dialect.hasManyTopics === true ? sender : topic;
    const other = sender === origin ? undefined : sender;
    const source = { topic: origin, spec, path, dialect: dialect.name, about, sender: other };
    const stream = encodeStreamId(name);
    const owned: OwnedStream = { stream, source, owner: undefined, epoch: 0, about, message: 0, at: Number.NaN };
    this.#streams.set(key, owned);
    return owned;
  }
}
