import type { DropReason } from '../../domain/dropReason.ts';
import { canNameStream, encodeStreamId } from '../../domain/streamId.ts';
import type { StreamSettings } from '../../domain/streamSettings.ts';
import type { About, StreamSource } from '../../domain/streamSpec.ts';
import { isValidReading } from '../../domain/validReadings.ts';
import { type AutoNames, type AutoNamesOptions, createAutoNames } from './autoNames.ts';
import { LONGEST_BATCH, listRecords } from './batch.ts';
import { FlatLayout } from './dialects/flatLayout.ts';
import type { FieldReader } from './fieldReader.ts';
import type { Claim, Intake } from './intake.ts';
import { readJsonNumber } from './jsonNumber.ts';
import { holdsNumber, isWithinReach } from './nesting.ts';
import { quickNumber } from './quickNumber.ts';
import { isLenientText } from './refusedValue.ts';
import { type ReadSampleTime, tellTime, timeNamesOf } from './sampleTime.ts';
import { StreamUnit, StreamUnits } from './streamUnit.ts';
import { noteIn, type UnitMemory } from './unitMemory.ts';

/** Counted once per message even where other fields gave samples: these would have been wanted. */
const ALWAYS_TOLD: readonly DropReason[] = ['bad-time', 'bad-name', 'too-many-streams', 'too-deep'];

/** Why a message gave nothing, the most telling first. */
const TELLING: readonly DropReason[] = ['not-finite', 'missing', 'not-a-number', 'no-field'];

/** Why a plain text gave nothing, where it is shown. */
const TEXT_SHOWN: ReadonlySet<DropReason> = new Set(['not-valid', 'other-unit', 'not-a-number', 'not-finite']);

/** Fields of a topic whose units are remembered: more than may be streams. */
const MOST_UNITS = 128;

const NO_TRAIL: readonly object[] = [];

/** Claim of a key of the message itself. */
interface KeyClaim extends Claim {
  readonly key: string;
}

export interface AutoFieldsOptions extends Omit<AutoNamesOptions, 'timePathOf'> {
  /** Plain numbers of this topic are housekeeping. */
  readonly ignoresText: boolean;
  readonly source: StreamSource;
  /** Units of processes before; undefined: nothing is kept. */
  readonly units?: UnitMemory | undefined;
  readonly timeOf: ReadSampleTime;
}

/** Reads every numeric field but the housekeeping ones. */
export function createAutoFields(options: AutoFieldsOptions): FieldReader {
  return new AutoFields(options);
}

class AutoFields implements FieldReader {
  readonly readText: TakeText;
  readonly #options: AutoFieldsOptions;
  readonly #names: AutoNames;
  /** Asked for once a message. */
  #now: StreamSettings;
  readonly #units = new StreamUnits(MOST_UNITS);
  readonly #layout = new FlatLayout<KeyClaim>();
  readonly #trail: object[] = [];
  readonly #reasons = new Set<DropReason>();
  /** A text of the message is a number to people. */
  #hasLenientText = false;

  constructor(options: AutoFieldsOptions) {
    this.#options = options;
    this.#now = options.source.spec.settings;
    this.#names = createAutoNames({ ...options, timePathOf: () => this.#now.time.path });
    this.readText = createTextTaker(options);
  }

  readBytes(bytes: Uint8Array, start: number, end: number, intake: Intake): boolean {
    const value = this.#options.ignoresText ? Number.NaN : quickNumber(bytes, start, end);
    if (Number.isNaN(value)) return this.#takeKnownLayout(intake);
    return this.readText(value, intake) === undefined;
  }

  /** Takes the readings of a flat object with the keys of the one before. @returns false: nothing was done */
  #takeKnownLayout(intake: Intake): boolean {
    const { source, timeOf } = this.#options;
    const { time, valid, notation } = source.spec.settings;
    const layout = this.#layout;
    if (notation.isLenient || !layout.read(intake.message, timeNamesOf(time))) return false;
    const { told } = layout;
    for (let i = 0; i < layout.length; i++) {
      const claim = layout.takenAt(i);
      // -0 is no reading of its own.
      const value = layout.valueAt(i) + 0;
      if (claim === undefined) {
        if (layout.hasNumber(i)) intake.passedOver++;
      } else if (isValidReading(value, valid)) {
        if (told === undefined) timeOf(NO_TRAIL, intake);
        else tellTime(told, intake, time);
        intake.acceptClaim(claim, value);
      } else intake.refuseValue('not-valid', value, claim.key, notation);
    }
    return true;
  }

  #learnLayout(root: object): void {
    if (this.#layout.isGivenUp) return;
    const { time, notation } = this.#now;
    if (notation.isLenient || Array.isArray(root)) this.#layout.forget();
    else
      this.#layout.learn(root, {
        times: timeNamesOf(time),
        takenAt: (key) => this.#claimOf(key),
        isOver: (key) => this.#names.passesOver(key, key, false),
      });
  }

  /** @returns undefined where the number of the key makes no stream */
  #claimOf(key: string): KeyClaim | undefined {
    const stream = this.#names.passesOver(key, key, false) ? undefined : this.#names.streamOf(key);
    return stream && { key, stream, source: this.#options.source, owner: undefined, epoch: 0 };
  }

  readJson(root: object, intake: Intake): DropReason {
    const reasons = this.#reasons;
    if (reasons.size > 0) reasons.clear();
    this.#hasLenientText = false;
    this.#now = this.#options.source.spec.settings;
    for (const record of Array.isArray(root) ? listRecords(root) : [root]) {
      if (record === undefined) reasons.add('not-a-number');
      else this.#walk(record, '', 1, false, intake);
    }
    if (Array.isArray(root) && root.length > LONGEST_BATCH) intake.refuse('too-large');
    if (this.#hasLenientText) intake.refuse('not-a-number');
    this.#learnLayout(root);
    if (reasons.size === 0) return 'no-field';
    for (const reason of ALWAYS_TOLD) if (reasons.has(reason)) intake.refuse(reason);
    return TELLING.find((reason) => reasons.has(reason)) ?? 'no-field';
  }

  // Recursive, but bounded by `isWithinReach`.
  #walk(holder: object, prefix: string, depth: number, isInArray: boolean, intake: Intake): void {
    this.#trail.push(holder);
    const isBelowArray = isInArray || Array.isArray(holder);
    for (const key of Object.keys(holder)) {
      const value = (holder as Readonly<Record<string, unknown>>)[key];
      const path = prefix === '' ? key : `${prefix}.${key}`;
      if (typeof value !== 'object' || value === null) this.#takeLeaf(path, key, value, intake);
      else if (this.#names.passesOver(path, key, true)) {
        if (holdsNumber(value)) intake.passedOver++;
      } else if (isWithinReach(value, depth, isBelowArray)) this.#walk(value, path, depth + 1, isBelowArray, intake);
      else if (holdsNumber(value)) this.#reasons.add('too-deep');
    }
    this.#trail.pop();
  }

  #takeLeaf(path: string, key: string, value: unknown, intake: Intake): void {
    const { source, timeOf } = this.#options;
    const unit =
      typeof value === 'string' && this.#now.notation.isLenient
        ? this.#units.of(path, () => new StreamUnit({}, noteIn(this.#options.units, this.#names.streamOf(path))))
        : undefined;
    const number = readJsonNumber(value, undefined, this.#now, unit);
    if (number === 'not-a-number' && !isLenientText(value)) return;
    if (this.#names.passesOver(path, key, false)) {
      if (typeof value === 'number') intake.passedOver++;
      return;
    }
    if (typeof number === 'string') {
      this.#refuse(number, value, path, intake);
      return;
    }
    const stream = this.#names.streamOf(path);
    if (stream === undefined) this.#reasons.add(this.#names.refusalOf(path));
    else if (timeOf(this.#trail, intake))
      intake.accept(unit === undefined ? source : { ...source, about: unit.about }, stream, number);
    else this.#reasons.add('bad-time');
  }

  #refuse(reason: DropReason, value: unknown, path: string, intake: Intake): void {
    const { notation } = this.#now;
    // A fault that the configuration names is counted for each field, whatever else the message holds.
    if (reason === 'not-valid' || reason === 'other-unit') {
      intake.refuseValue(reason, value, path, notation);
      return;
    }
    if (reason === 'not-a-number') this.#hasLenientText = true;
    else this.#reasons.add(reason);
    if (reason !== 'missing') intake.note(reason, value, path, notation);
  }
}

type TakeText = (text: string | number, intake: Intake) => DropReason | undefined;

/** Makes the function that takes a plain text, or the number that it says, and answers why it gave nothing; undefined: it gave a sample, or was refused. */
function createTextTaker({ ignoresText, name, source, timeOf, units }: AutoFieldsOptions): TakeText {
  const stream = canNameStream(name) ? encodeStreamId(name) : undefined;
  const about: About = {};
  const own = { ...source, about };
  const unit = new StreamUnit(about, noteIn(units, stream));
  return (text, intake) => {
    const { settings } = source.spec;
    const number = ignoresText ? 'no-field' : readJsonNumber(text, undefined, settings, unit);
    if (typeof number === 'string' && TEXT_SHOWN.has(number)) intake.note(number, text, undefined, settings.notation);
    if (typeof number === 'string') return number;
    if (stream === undefined) return 'bad-name';
    if (!timeOf([], intake)) return 'bad-time';
    intake.accept(own, stream, number);
    return undefined;
  };
}
