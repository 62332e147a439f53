import type { DropReason } from '../../domain/dropReason.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { EpochMs, ZoneOffset } from '../../domain/time.ts';
import { LONGEST_BATCH, listRecords } from './batch.ts';
import { type FieldPath, findField } from './fieldPath.ts';
import type { FieldReader } from './fieldReader.ts';
import type { Intake } from './intake.ts';
import type { CompiledLabels } from './labelSpec.ts';
import { readLabelText } from './labelText.ts';
import { readPayloadTime } from './payloadTime.ts';
import type { ReadSampleTime } from './sampleTime.ts';

export interface LabelReaderOptions {
  /** Streams that the labels of this topic are for; undefined: one whose name cannot be that of a stream. */
  readonly streams: readonly (StreamId | undefined)[];
  readonly labels: CompiledLabels;
  /** Gives the moment of a message as that of a reading. */
  readonly timeOf: ReadSampleTime;
  readonly zone: ZoneOffset;
}

const NO_TRAIL: readonly object[] = [];

/** Reads the labels that one entry wants from one topic: one for each of its streams, or a drop. */
export class LabelReader implements FieldReader {
  readonly #options: LabelReaderOptions;
  readonly #trail: object[] = [];

  constructor(options: LabelReaderOptions) {
    this.#options = options;
  }

  readText(text: string, intake: Intake): undefined {
    if (this.#options.labels.path === undefined) this.#take(text, undefined, NO_TRAIL, intake);
    else intake.refuse('no-field');
  }

  readJson(root: object, intake: Intake): undefined {
    if (!Array.isArray(root)) {
      this.#readRecord(root, intake);
      return;
    }
    if (root.length === 0) intake.refuse('no-field');
    for (const record of listRecords(root)) this.#readRecord(record, intake);
    if (root.length > LONGEST_BATCH) intake.refuse('too-large');
  }

  #readRecord(record: object | undefined, intake: Intake): void {
    const { path } = this.#options.labels;
    if (record === undefined || path === undefined) {
      intake.refuse('not-a-label');
      return;
    }
    const value = findField(record, path, this.#trail);
    if (value === undefined) intake.refuse('no-field');
    else this.#take(value, record, this.#trail, intake);
  }

  #take(value: unknown, record: object | undefined, trail: readonly object[], intake: Intake): void {
    const { streams, labels } = this.#options;
    const read = readLabelText(value, labels.map);
    const span = 'reason' in read ? read.reason : this.#spanOf(record, trail, intake);
    if ('reason' in read || typeof span === 'string') {
      intake.refuse(span as DropReason);
      return;
    }
    const at = intake.message.receivedAt;
    for (const stream of streams) {
      if (stream === undefined) intake.refuse('bad-name');
      else intake.labels.push({ kind: 'label', stream, at, ...span, label: read.name });
    }
  }

  #spanOf(
    record: object | undefined,
    trail: readonly object[],
    intake: Intake,
  ): { readonly from: EpochMs; readonly to: EpochMs } | 'bad-time' {
    if (!this.#options.timeOf(trail, intake)) return 'bad-time';
    const moment = intake.row.at;
    const { from, to } = this.#options.labels;
    const last = this.#momentAt(to, record, intake) ?? moment;
    const first = this.#momentAt(from, record, intake) ?? last;
    // A comparison with NaN is false.
    return first <= last ? { from: first, to: last } : 'bad-time';
  }

  /** @returns undefined where none is told, NaN where it cannot be read */
  #momentAt(path: FieldPath | undefined, record: object | undefined, intake: Intake): EpochMs | undefined {
    const value = path === undefined || record === undefined ? undefined : findField(record, path, []);
    if (value === undefined || value === null) return undefined;
    return readPayloadTime(value, this.#options.zone, intake.message.receivedAt) ?? (Number.NaN as EpochMs);
  }
}
