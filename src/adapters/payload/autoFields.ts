import type { DropReason } from '../../domain/dropReason.ts';
import { canNameStream, encodeStreamId } from '../../domain/streamId.ts';
import type { StreamSource } from '../../domain/streamSpec.ts';
import { type AutoNamesOptions, createAutoNames } from './autoNames.ts';
import { LONGEST_BATCH, listRecords } from './batch.ts';
import type { FieldReader } from './fieldReader.ts';
import type { Intake } from './intake.ts';
import { readJsonNumber } from './jsonNumber.ts';
import { quickNumber } from './quickNumber.ts';
import type { ReadSampleTime } from './sampleTime.ts';

/** Levels of keys. The positions in an array of plain numbers (phases of a meter) come on top. */
const DEEPEST = 3;

/** Counted once per message even where other fields gave samples: these would have been wanted. */
const ALWAYS_TOLD: readonly DropReason[] = ['bad-time', 'bad-name', 'too-many-streams'];

/** Why a message gave nothing, the most telling first. */
const TELLING: readonly DropReason[] = ['not-finite', 'missing', 'not-a-number', 'no-field'];

export interface AutoFieldsOptions extends Omit<AutoNamesOptions, 'timePathOf'> {
  /** Plain numbers of this topic are housekeeping. */
  readonly ignoresText: boolean;
  readonly source: StreamSource;
  readonly timeOf: ReadSampleTime;
}

/** Reads every numeric field but the housekeeping ones. */
export function createAutoFields(options: AutoFieldsOptions): FieldReader {
  const { source, timeOf, ignoresText } = options;
  const takeText = createTextTaker(options);
  const names = createAutoNames({ ...options, timePathOf: () => now.time.path });
  /** Asked for once a message. */
  let now = source.spec.settings;
  const trail: object[] = [];
  let reasons = new Set<DropReason>();

  function takeLeaf(path: string, key: string, value: unknown, intake: Intake): void {
    const number = readJsonNumber(value, undefined, now.valid);
    if (number === 'not-a-number' || names.passesOver(path, key, false)) return;
    // A fault that the configuration names is counted for each field, whatever else the message holds.
    if (number === 'not-valid') intake.refuse(number);
    else if (typeof number === 'string') reasons.add(number);
    if (typeof number === 'string') return;
    const stream = names.streamOf(path);
    if (stream === undefined) reasons.add(names.refusalOf(path));
    else if (timeOf(trail, intake)) intake.accept(source, stream, number);
    else reasons.add('bad-time');
  }

  // Recursive, but never deeper than DEEPEST + 1.
  function walk(holder: object, prefix: string, depth: number, intake: Intake): void {
    trail.push(holder);
    for (const key of Object.keys(holder)) {
      const value = (holder as Readonly<Record<string, unknown>>)[key];
      const path = prefix === '' ? key : `${prefix}.${key}`;
      if (typeof value !== 'object' || value === null) {
        takeLeaf(path, key, value, intake);
      } else if (depth < DEEPEST + Number(Array.isArray(value)) && !names.passesOver(path, key, true)) {
        walk(value, path, depth + 1, intake);
      }
    }
    trail.pop();
  }

  return {
    readText: takeText,
    readBytes(bytes, start, end, intake) {
      const value = ignoresText ? Number.NaN : quickNumber(bytes, start, end);
      return !Number.isNaN(value) && takeText(value, intake) === undefined;
    },
    readJson(root, intake) {
      reasons = new Set();
      now = source.spec.settings;
      for (const record of Array.isArray(root) ? listRecords(root) : [root]) {
        if (record === undefined) reasons.add('not-a-number');
        else walk(record, '', 1, intake);
      }
      if (Array.isArray(root) && root.length > LONGEST_BATCH) intake.refuse('too-large');
      for (const reason of ALWAYS_TOLD) if (reasons.has(reason)) intake.refuse(reason);
      return TELLING.find((reason) => reasons.has(reason)) ?? 'no-field';
    },
  };
}

/** Makes the function that takes a plain text, or the number that it says, and answers why it gave nothing; undefined: it gave a sample, or was refused. */
function createTextTaker({ ignoresText, name, source, timeOf }: AutoFieldsOptions) {
  const stream = canNameStream(name) ? encodeStreamId(name) : undefined;
  return (text: string | number, intake: Intake): DropReason | undefined => {
    const number = ignoresText ? 'no-field' : readJsonNumber(text, undefined, source.spec.settings.valid);
    if (typeof number === 'string') return number;
    if (stream === undefined) return 'bad-name';
    if (!timeOf([], intake)) return 'bad-time';
    intake.accept(source, stream, number);
    return undefined;
  };
}
