import fc from 'fast-check';
import { toKey } from '../../../src/adapters/mqtt/inbound/delivery.ts';
import { ALARM_CHANNELS, ALARM_VERDICTS } from '../../../src/domain/alarm.ts';
import type { Effort } from '../../../src/domain/effort.ts';
import { MOST_MARKS } from '../../../src/domain/marks.ts';
import type { Sample } from '../../../src/domain/sample.ts';
import type { JournalBatch, JournalPosition } from '../../../src/domain/stateStore.ts';
import type { StreamInput } from '../../../src/domain/streamInput.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import { BatchWriter } from '../../../src/state/log/batchWriter.ts';
import type { JournalEntry } from '../../../src/state/log/entry.ts';
import { readBatch } from '../../../src/state/log/readBatch.ts';
import { idOf } from '../../pipeline/samples.ts';

/** The entry of a message by MQTT's packet id and checksum. */
export const messageEntry = (packetId: number, checksum: number): JournalEntry => ({
  kind: 'message',
  key: toKey(packetId, checksum),
});

/** A command to forget, without a time as the daemon's own are. */
export const forgetEntry = (stream: string): JournalEntry => ({
  kind: 'command',
  stream: idOf(stream),
  at: toEpochMs(Number.NaN),
  command: 'forget',
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
    // Few, so that readings of one stream have the same names, others, and none.
    names: fc.constantFrom(undefined, 'input ', '\uFEFFü/'),
    marks: fc.integer({ min: 0, max: MOST_MARKS }),
    origin: fc.option(
      fc.record({
        arrival: fc.oneof(fc.integer(), fc.nat(100_000), fc.double({ noNaN: true })).map(toEpochMs),
        isTold: fc.boolean(),
        isBacklog: fc.boolean(),
      }),
      { nil: undefined },
    ),
  })
  .map(({ stream, at, value, effort, inputs, names, marks, origin }) => ({
    ...{ stream, at, value },
    ...(origin && { origin: origin.isTold ? origin : { ...origin, arrival: at } }),
    ...(effort > 0 && { effort }),
    ...(marks > 0 && { marks }),
    ...(inputs && { inputs }),
    ...(inputs?.length && names && { inputNames: inputs.map((_, i) => `${names}${i}`) }),
  }));

const anyTime = anyNumber.map(toEpochMs);
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom('', '\uFEFFx', 'x'.repeat(5000)),
);

const label = fc.record({
  kind: fc.constant('label' as const),
  ...{ stream: streamId, at: anyTime, from: anyTime, to: anyTime, label: anyText },
});
const settings = fc.record({ kind: fc.constant('settings' as const), stream: streamId, at: anyTime, changes: anyText });
const order = { kind: fc.constant('command' as const), stream: streamId, at: anyTime };
const count = fc.double({ min: 0, noNaN: true });
const command = fc.oneof(
  fc.record({ ...order, command: fc.constantFrom('forget' as const, 'adopt' as const) }),
  fc
    .record({ ...order, command: fc.constant('omit' as const), first: position, length: fc.option(fc.nat(1e6)) })
    .map(({ length, ...omission }) => ({ ...omission, last: omission.first + (length ?? Number.POSITIVE_INFINITY) })),
  fc.record({
    ...{ ...order, command: fc.constant('judge' as const), verdict: fc.constantFrom(...ALARM_VERDICTS) },
    ...{ from: anyTime, to: anyTime, knownLow: anyNumber, knownHigh: anyNumber },
    evidence: fc.record({
      ...{ channel: fc.constantFrom(...ALARM_CHANNELS), rows: count, low: anyNumber, high: anyNumber },
      ...{ jump: count, still: count, restless: fc.oneof(fc.constant(0), count), averages: fc.tuple(count, count) },
    }),
  }),
);

/** Inputs of streams, of every kind, with everything that a field can hold. */
export const anyInput: fc.Arbitrary<StreamInput> = fc.oneof(
  { weight: 4, arbitrary: sample },
  { weight: 1, arbitrary: label },
  { weight: 1, arbitrary: settings },
  { weight: 1, arbitrary: command },
);

/** Entries of every kind, with everything that a field can hold. */
export const anyEntry: fc.Arbitrary<JournalEntry> = fc.oneof(
  { weight: 6, arbitrary: anyInput },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('rewritten' as const), input: anyInput, original: position }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('message' as const),
      key: fc.oneof(fc.uint8Array({ minLength: 6, maxLength: 6 }), fc.uint8Array({ maxLength: 255 })),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'session' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rewrite' as const), stream: streamId }) },
);
