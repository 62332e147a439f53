import type { DropReason } from '../../domain/dropReason.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { StreamSource } from '../../domain/streamSpec.ts';
import { LONGEST_BATCH, listRecords } from './batch.ts';
import { ExplicitLayout } from './explicitLayout.ts';
import { type FieldPath, findField } from './fieldPath.ts';
import type { FieldReader } from './fieldReader.ts';
import type { FieldSight, FieldWatch } from './fieldWatch.ts';
import type { ReadInputs } from './inputFields.ts';
import type { Intake } from './intake.ts';
import { readJsonNumber } from './jsonNumber.ts';
import { readNumberText, type TextMap } from './numberText.ts';
import { keysOf } from './quickKey.ts';
import { quickField, quickNumber } from './quickNumber.ts';
import { type ReadSampleTime, timeKeysOf } from './sampleTime.ts';
import type { StreamUnit } from './streamUnit.ts';

/** A configured field of one topic. */
export interface ExplicitField {
  /** undefined: its name cannot be that of a stream. */
  readonly stream: StreamId | undefined;
  readonly path: FieldPath | undefined;
  readonly map: TextMap | undefined;
  readonly source: StreamSource;
  readonly unit: StreamUnit;
  readonly sight: FieldSight;
}

export interface ExplicitFieldsOptions {
  readonly fields: readonly ExplicitField[];
  /** undefined: the entry has no further inputs. */
  readonly readInputs: ReadInputs | undefined;
  readonly timeOf: ReadSampleTime;
  readonly watch: FieldWatch;
}

const NO_TRAIL: readonly object[] = [];

/**
 * Reads the fields that the configuration names. Each that holds no reading gives a drop. One that a message lacks is no fault, as long as
 * the message has another one: devices send what has changed.
 */
export function createExplicitFields(options: ExplicitFieldsOptions): FieldReader {
  const reader = new ExplicitFields(options);
  const only = onlyField(options);
  return only === undefined ? reader : new OnlyField(reader, only);
}

class ExplicitFields implements FieldReader {
  readonly #fields: readonly ExplicitField[];
  readonly #readInputs: ReadInputs | undefined;
  readonly #timeOf: ReadSampleTime;
  readonly #watch: FieldWatch;
  readonly #trail: object[] = [];
  /** undefined: every message is read in the usual way. */
  readonly #layout: ExplicitLayout | undefined;

  constructor({ fields, readInputs, timeOf, watch }: ExplicitFieldsOptions) {
    this.#fields = fields;
    this.#readInputs = readInputs;
    this.#timeOf = timeOf;
    this.#watch = watch;
    this.#layout = readInputs === undefined ? ExplicitLayout.of(fields, timeOf) : undefined;
  }

  readText(text: string, intake: Intake): DropReason | undefined {
    const own = this.#fields.filter(({ path }) => path === undefined);
    for (const field of own) this.takePlain(field, text, intake);
    if (own.length > 0) return undefined;
    const isMissing = readNumberText(text, undefined) === 'missing';
    if (!isMissing && this.#watch.isOpen) this.#watch.took(undefined);
    return isMissing ? 'missing' : 'no-field';
  }

  readJson(root: object, intake: Intake): DropReason | undefined {
    const isUsed = Array.isArray(root) ? this.#readBatch(root, intake) : this.#readRecord(this.#fields, root, intake);
    if (this.#watch.isOpen) this.#watch.took(root);
    else this.#layout?.learn(root);
    return isUsed ? undefined : 'no-field';
  }

  readBytes(_bytes: Uint8Array, _start: number, _end: number, intake: Intake): boolean {
    return this.#layout?.take(intake) === true;
  }

  /** Takes the value of a payload, or of an object, that tells no time. */
  takePlain(field: ExplicitField, value: string | number, intake: Intake): void {
    const number = this.#numberOf(field, value, intake);
    if (number !== undefined) this.#accept(field, number, NO_TRAIL, intake);
  }

  /** @returns false where it has none of the fields */
  #readRecord(fields: readonly ExplicitField[], record: object, intake: Intake): boolean {
    let hasAny = false;
    for (let i = 0; i < fields.length; i++) if (this.#readField(fields[i], record, intake)) hasAny = true;
    return hasAny;
  }

  /** @returns false where the record lacks it */
  #readField(field: ExplicitField, record: object, intake: Intake): boolean {
    const { path } = field;
    if (path === undefined) {
      intake.refuse('not-a-number');
      return true;
    }
    const value = findField(record, path, this.#trail);
    if (value === undefined) return false;
    field.sight.isSeen = true;
    const number = this.#numberOf(field, value, intake);
    if (number !== undefined) this.#accept(field, number, this.#trail, intake, record);
    return true;
  }

  /** @returns undefined where it is none, which is refused */
  #numberOf({ path, map, stream, source, unit }: ExplicitField, value: unknown, intake: Intake): number | undefined {
    const { settings } = source.spec;
    const number = readJsonNumber(value, map, settings, unit);
    if (number === 'missing') intake.refuse(number);
    else if (typeof number === 'string') intake.refuseValue(number, value, path?.text, settings.notation);
    else if (stream === undefined) intake.refuse('bad-name');
    else return number;
    return undefined;
  }

  #accept(
    { stream, source }: ExplicitField,
    number: number,
    trail: readonly object[],
    intake: Intake,
    record?: object | undefined,
  ): void {
    if (!this.#timeOf(trail, intake)) intake.refuse('bad-time');
    else intake.accept(source, stream as StreamId, number, record && this.#readInputs?.(record));
  }

  /**
   * A path that begins with a position is one into the whole array, any other is looked up in each element. An element that has none of
   * these is a message of its own that has none. @returns false where nothing was taken or refused
   */
  #readBatch(batch: readonly unknown[], intake: Intake): boolean {
    const isWhole = (field: ExplicitField) => field.path === undefined || field.path.firstIndex >= 0;
    const isUsed = this.#readRecord(this.#fields.filter(isWhole), batch, intake);
    const inEach = this.#fields.filter((field) => !isWhole(field));
    if (inEach.length === 0) return isUsed;
    for (const record of listRecords(batch))
      if (record === undefined || !this.#readRecord(inEach, record, intake)) intake.refuse('no-field');
    if (batch.length > LONGEST_BATCH) intake.refuse('too-large');
    return isUsed || batch.length > 0;
  }
}

/** The only field of an entry without further inputs, where it is the payload itself or one of its keys. */
function onlyField({ fields, readInputs }: ExplicitFieldsOptions): ExplicitField | undefined {
  const [field, ...others] = fields;
  if (field === undefined || others.length > 0 || readInputs !== undefined) return undefined;
  return field.path === undefined || field.path.keys.length === 1 ? field : undefined;
}

/** Reads one field, out of the bytes where that can be. */
class OnlyField implements FieldReader {
  readonly #reader: ExplicitFields;
  readonly #field: ExplicitField;
  /** undefined: the payload itself is the number. */
  readonly #key: Uint8Array | undefined;

  constructor(reader: ExplicitFields, field: ExplicitField) {
    this.#reader = reader;
    this.#field = field;
    this.#key = field.path && keysOf([field.path.text])[0];
  }

  readText(text: string, intake: Intake): DropReason | undefined {
    return this.#reader.readText(text, intake);
  }

  readJson(root: object, intake: Intake): DropReason | undefined {
    return this.#reader.readJson(root, intake);
  }

  readBytes(bytes: Uint8Array, start: number, end: number, intake: Intake): boolean {
    const key = this.#key;
    const refused = timeKeysOf(this.#field.source.spec.settings.time);
    if (refused === undefined) return false;
    const value = key === undefined ? quickNumber(bytes, start, end) : quickField(bytes, start, end, key, refused);
    if (Number.isNaN(value)) return this.#reader.readBytes(bytes, start, end, intake);
    this.#field.sight.isSeen = true;
    this.#reader.takePlain(this.#field, value, intake);
    return true;
  }
}
