import type { StreamId } from '../../domain/streamId.ts';
import type { StreamSource } from '../../domain/streamSpec.ts';
import { LONGEST_BATCH, listRecords } from './batch.ts';
import { type FieldPath, findField } from './fieldPath.ts';
import type { FieldReader } from './fieldReader.ts';
import type { ReadInputs } from './inputFields.ts';
import { accept, type Intake, refuse } from './intake.ts';
import { readJsonNumber } from './jsonNumber.ts';
import { readNumberText, type TextMap } from './numberText.ts';
import type { ReadSampleTime } from './sampleTime.ts';

/** A configured field of one topic. */
export interface ExplicitField {
  /** undefined: its name cannot be that of a stream. */
  readonly stream: StreamId | undefined;
  readonly path: FieldPath | undefined;
  readonly map: TextMap | undefined;
  readonly source: StreamSource;
}

export interface ExplicitFieldsOptions {
  readonly fields: readonly ExplicitField[];
  /** undefined: the entry has no further inputs. */
  readonly readInputs: ReadInputs | undefined;
  readonly timeOf: ReadSampleTime;
}

/** Reads the fields that the configuration names. Each that gives no sample gives a drop. */
export function createExplicitFields({ fields, readInputs, timeOf }: ExplicitFieldsOptions): FieldReader {
  const trail: object[] = [];

  /** `record`: where the field was found; undefined: in a plain text. */
  function take(field: ExplicitField, value: unknown, record: object | undefined, intake: Intake): void {
    const { stream, source } = field;
    const number = readJsonNumber(value, field.map, source.spec.settings.valid);
    if (typeof number === 'string') {
      refuse(intake, number);
      return;
    }
    if (stream === undefined) {
      refuse(intake, 'bad-name');
      return;
    }
    const time = timeOf(trail, intake.message);
    if (time === 'bad-time') refuse(intake, time);
    else accept(intake, source, stream, { time, value: number, inputs: record && readInputs?.(record) });
  }

  function readField(field: ExplicitField, record: object | undefined, intake: Intake): void {
    const { path } = field;
    const value = record === undefined || path === undefined ? undefined : findField(record, path, trail);
    if (value !== undefined) take(field, value, record, intake);
    else refuse(intake, path === undefined ? 'not-a-number' : 'no-field');
  }

  // A path that begins with a position is one into the whole array, any other is looked up in each element.
  function readBatch(batch: readonly unknown[], intake: Intake): void {
    const isWhole = (field: ExplicitField) => field.path === undefined || field.path.firstIndex >= 0;
    for (const field of fields.filter(isWhole)) readField(field, batch, intake);
    const inEach = fields.filter((field) => !isWhole(field));
    if (batch.length === 0) for (const field of inEach) readField(field, undefined, intake);
    for (const record of listRecords(batch)) for (const field of inEach) readField(field, record, intake);
    if (batch.length > LONGEST_BATCH && inEach.length > 0) refuse(intake, 'too-large');
  }

  return {
    readText(text, intake) {
      trail.length = 0;
      for (const field of fields) {
        if (field.path === undefined) take(field, text, undefined, intake);
        else refuse(intake, readNumberText(text, undefined) === 'missing' ? 'missing' : 'no-field');
      }
      return undefined;
    },
    readJson(root, intake) {
      if (Array.isArray(root)) readBatch(root, intake);
      else for (const field of fields) readField(field, root, intake);
      return undefined;
    },
  };
}
