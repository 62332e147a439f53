import fc from 'fast-check';
import type { Effort } from '../../../src/domain/effort.ts';
import type { Sample } from '../../../src/domain/sample.ts';
import type { JournalBatch, JournalPosition } from '../../../src/domain/stateStore.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import { BatchWriter } from '../../../src/state/log/batchWriter.ts';
import type { JournalEntry } from '../../../src/state/log/entry.ts';
import { readBatch } from '../../../src/state/log/readBatch.ts';
import { idOf, sampleOf } from '../../pipeline/samples.ts';

export const sampleEntry = (stream: string, at: number, value = 1): JournalEntry => ({
  kind: 'sample',
  sample: sampleOf(stream, at, value),
});

/** A batch of the entries, the first of which has the position. */
export function batchWith(entries: readonly JournalEntry[], first: JournalPosition = 1): JournalBatch {
  const writer = new BatchWriter();
  for (const entry of entries) writer.add(entry);
  return writer.take(first);
}

/** All entries of a batch, by position. */
export function entriesOf(batch: JournalBatch): [JournalPosition, JournalEntry][] {
  const entries: [JournalPosition, JournalEntry][] = [];
  readBatch(batch, (entry, position) => entries.push([position, entry]));
  return entries;
}

const anyNumber = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, -0, 0, Number.MAX_VALUE, -Number.MIN_VALUE));
const streamId = fc
  .oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constantFrom('a', 'b/c', '\uFEFFa', ''))
  .map(idOf);
const position = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

const sample: fc.Arbitrary<Sample> = fc
  .record({
    stream: streamId,
    at: anyNumber.map(toEpochMs),
    value: anyNumber,
    effort: fc.integer({ min: 0, max: 5 }) as fc.Arbitrary<Effort>,
    inputs: fc.option(fc.array(anyNumber, { maxLength: 255 }), { nil: undefined }),
    origin: fc.option(
      fc.record({
        arrival: fc.oneof(fc.integer(), fc.nat(100_000), fc.double({ noNaN: true })).map(toEpochMs),
        isTold: fc.boolean(),
        isBacklog: fc.boolean(),
      }),
      { nil: undefined },
    ),
  })
  .map(({ stream, at, value, effort, inputs, origin }) => ({
    ...{ stream, at, value },
    ...(origin && { origin: origin.isTold ? origin : { ...origin, arrival: at } }),
    ...(effort > 0 && { effort }),
    ...(inputs && { inputs }),
  }));

/** Of every kind, with everything that a field can hold. */
export const anyEntry: fc.Arbitrary<JournalEntry> = fc.oneof(
  { weight: 4, arbitrary: sample.map((one) => ({ kind: 'sample', sample: one }) as const) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('retold' as const), sample, original: position }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('message' as const),
      packetId: fc.integer({ min: 1, max: 65_535 }),
      checksum: fc.integer({ min: 0, max: 0xffff_ffff }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'session' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('forget' as const, 'retell' as const), stream: streamId }),
  },
);
