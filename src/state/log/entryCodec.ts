import type { BatchBytes } from './batchBytes.ts';
import { HAS_LENGTH, KIND_MASK, KINDS_FORMAT, TAG } from './batchFormat.ts';
import { BatchError, type BatchReader } from './batchReader.ts';
import type { EntryKind, EntryOf, JournalEntry } from './entry.ts';
import { type Codec, INPUT_CODECS, readInput, writeInput } from './inputCodec.ts';
import { readReading, writeReading } from './readingCodec.ts';

/** Bytes of a key that is written without its length. */
const PLAIN_KEY = 6;

const message: Codec<EntryOf<'message'>> = {
  tags: [TAG.message],
  write(out, { key }) {
    if (key.length === PLAIN_KEY) out.byte(TAG.message);
    else {
      out.useFormat(KINDS_FORMAT);
      out.byte(TAG.message | HAS_LENGTH);
      out.byte(key.length);
    }
    out.block(key);
  },
  read(from, tag) {
    const hasLength = (tag & HAS_LENGTH) !== 0;
    if (hasLength) from.requireFormat(KINDS_FORMAT);
    return { kind: 'message', key: from.block(hasLength ? from.byte() : PLAIN_KEY).slice() };
  },
};

const session: Codec<EntryOf<'session'>> = {
  tags: [TAG.session],
  write: (out) => out.byte(TAG.session),
  read: () => ({ kind: 'session' }),
};

const rewrite: Codec<EntryOf<'rewrite'>> = {
  tags: [TAG.rewrite],
  write(out, { stream }) {
    const number = out.numberOf(stream);
    out.byte(TAG.rewrite);
    out.short(number);
  },
  read: (from) => ({ kind: 'rewrite', stream: from.stream() }),
};

const rewritten: Codec<EntryOf<'rewritten'>> = {
  tags: [TAG.retold, TAG.reread, TAG.moved],
  write(out, { input, original }) {
    if (input.kind === undefined || input.kind === 'reading') {
      writeReading(out, input, original);
      return;
    }
    // The name goes before the tag.
    out.numberOf(input.stream);
    out.useFormat(KINDS_FORMAT);
    out.byte(TAG.moved);
    out.double(original);
    writeInput(out, input);
  },
  read(from, tag) {
    const original = from.double();
    if ((tag & KIND_MASK) !== TAG.moved) return { kind: 'rewritten', original, input: readReading(from, tag) };
    from.requireFormat(KINDS_FORMAT);
    return { kind: 'rewritten', original, input: readInput(from, from.byte()) };
  },
};

/** Both directions of every kind of entry: a kind without a row does not compile. */
const ENTRY_CODECS = { ...INPUT_CODECS, message, session, rewrite, rewritten } satisfies {
  readonly [Kind in EntryKind]: Codec<EntryOf<Kind>>;
};

export function writeEntry(out: BatchBytes, entry: JournalEntry): void {
  const codec: Codec<JournalEntry> = ENTRY_CODECS[entryKindOf(entry)];
  codec.write(out, entry);
}

const BY_TAG: ReadonlyMap<number, Codec<JournalEntry>> = new Map(
  Object.values(ENTRY_CODECS).flatMap((codec: Codec<JournalEntry>) => codec.tags.map((tag) => [tag, codec] as const)),
);

/** Reads the fields of an entry. @throws BatchError */
export function readEntry(from: BatchReader, tag: number): JournalEntry {
  const codec = BY_TAG.get(tag & KIND_MASK);
  if (codec === undefined) throw new BatchError(`unknown tag ${tag}`);
  return codec.read(from, tag);
}

export function entryKindOf(entry: JournalEntry): EntryKind {
  return entry.kind ?? 'reading';
}
