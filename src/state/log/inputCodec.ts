import {
  type Command,
  type InputKind,
  type InputOf,
  kindOf,
  type Label,
  type SettingsChange,
  type StreamInput,
} from '../../domain/streamInput.ts';
import { toEpochMs } from '../../domain/time.ts';
import { BatchBytes } from './batchBytes.ts';
import { KIND_MASK, KINDS_FORMAT, TAG } from './batchFormat.ts';
import { BatchError, BatchReader } from './batchReader.ts';
import { readOrder, writeOrder } from './orderCodec.ts';
import { readReading, writeReading } from './readingCodec.ts';

/** Both directions of one kind of entry. */
export interface Codec<Entry> {
  /** The tags that an entry of this kind begins with. */
  readonly tags: readonly number[];
  /** Writes the tag and the fields. */
  write(out: BatchBytes, entry: Entry): void;
  /** Reads the fields. @throws BatchError */
  read(from: BatchReader, tag: number): Entry;
}

const label: Codec<Label> = {
  tags: [TAG.label],
  write(out, { stream, at, from, to, label: text }) {
    beginInput(out, TAG.label, { stream, at });
    out.double(from);
    out.double(to);
    out.text(text);
  },
  read(from) {
    from.requireFormat(KINDS_FORMAT);
    const stream = from.stream();
    const [at, start, end] = [from.double(), from.double(), from.double()];
    const times = { at: toEpochMs(at), from: toEpochMs(start), to: toEpochMs(end) };
    return { kind: 'label', stream, ...times, label: from.text() };
  },
};

const settings: Codec<SettingsChange> = {
  tags: [TAG.settings],
  write(out, { stream, at, changes }) {
    beginInput(out, TAG.settings, { stream, at });
    out.text(changes);
  },
  read(from) {
    from.requireFormat(KINDS_FORMAT);
    return { kind: 'settings', stream: from.stream(), at: toEpochMs(from.double()), changes: from.text() };
  },
};

const command: Codec<Command> = {
  tags: [TAG.command, TAG.forget],
  write(out, order) {
    const { stream, at } = order;
    if (order.command === 'forget' && Number.isNaN(at)) {
      const number = out.numberOf(stream);
      out.byte(TAG.forget);
      out.short(number);
      return;
    }
    beginInput(out, TAG.command, { stream, at });
    writeOrder(out, order);
  },
  read(from, tag) {
    if ((tag & KIND_MASK) === TAG.forget)
      return { kind: 'command', stream: from.stream(), at: toEpochMs(Number.NaN), command: 'forget' };
    from.requireFormat(KINDS_FORMAT);
    const head = { kind: 'command', stream: from.stream(), at: toEpochMs(from.double()) } as const;
    return readOrder(from, head);
  },
};

/** Both directions of every kind of input: a kind without a row does not compile. */
type InputCodecs = { readonly [Kind in InputKind]: Codec<InputOf<Kind>> };

/** The inputs of a stream. `source` and `late` of a sample are not written: they belong to one life of the process. */
export const INPUT_CODECS: InputCodecs = {
  reading: { tags: [TAG.sample, TAG.reading], write: writeReading, read: readReading },
  label,
  settings,
  command,
};

export function writeInput(out: BatchBytes, input: StreamInput): void {
  const codec: Codec<StreamInput> = INPUT_CODECS[kindOf(input)];
  codec.write(out, input);
}

/** Inputs in order, as bytes that a thread can be sent. */
export function encodeInputs(inputs: readonly StreamInput[]): Uint8Array {
  const out = new BatchBytes();
  for (const input of inputs) {
    out.begin();
    writeInput(out, input);
  }
  return out.copy();
}

/** @throws BatchError for bytes that `encodeInputs` cannot have made */
export function decodeInputs(bytes: Uint8Array): readonly StreamInput[] {
  if (bytes.length === 0) return [];
  const from = new BatchReader(bytes);
  const inputs: StreamInput[] = [];
  while (!from.isAtEnd) {
    const tag = from.byte();
    if (!from.takeNames(tag & KIND_MASK)) inputs.push(readInput(from, tag));
  }
  return inputs;
}

const BY_TAG: ReadonlyMap<number, Codec<StreamInput>> = new Map(
  Object.values(INPUT_CODECS).flatMap((codec: Codec<StreamInput>) => codec.tags.map((tag) => [tag, codec] as const)),
);

/** Reads the fields of an input. @throws BatchError for a tag of anything else */
export function readInput(from: BatchReader, tag: number): StreamInput {
  const codec = BY_TAG.get(tag & KIND_MASK);
  if (codec === undefined) throw new BatchError(`unknown tag ${tag}`);
  return codec.read(from, tag);
}

function beginInput(out: BatchBytes, tag: number, { stream, at }: Pick<StreamInput, 'stream' | 'at'>): void {
  const number = out.numberOf(stream);
  out.useFormat(KINDS_FORMAT);
  out.byte(tag);
  out.short(number);
  out.double(at);
}
