import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Origin, Sample } from '../../../src/domain/sample.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import { BatchError } from '../../../src/state/log/batchReader.ts';
import { BatchWriter } from '../../../src/state/log/batchWriter.ts';
import type { JournalEntry } from '../../../src/state/log/entry.ts';
import { idOf, sampleOf } from '../../pipeline/samples.ts';
import { anyEntry, batchWith, entriesOf, forgetEntry, messageEntry } from './entries.ts';
import { formatOne } from './formatOne.ts';

const numbered = (entries: readonly JournalEntry[], first: number): [number, JournalEntry][] =>
  entries.map((entry, i) => [first + i, entry]);

const ATTIC = idOf('attic');
const at = toEpochMs(7);

const OLD: readonly JournalEntry[] = [
  { kind: 'session' },
  messageEntry(7, 0xfedc_ba98),
  { stream: ATTIC, at: toEpochMs(1.5), value: -0, effort: 5, inputs: [1, Number.NaN] },
  sampleOf('barn', 2, 3),
  { ...sampleOf('barn', 4), origin: { arrival: toEpochMs(9), isTold: true, isBacklog: true } },
  {
    kind: 'rewritten',
    input: { ...sampleOf('barn', 5), origin: { arrival: toEpochMs(10), isTold: true, isBacklog: false } },
    original: 3,
  },
  { kind: 'rewrite', stream: ATTIC },
  { kind: 'rewritten', input: { stream: ATTIC, at: toEpochMs(1), value: 2 }, original: 2 ** 53 - 1 },
  forgetEntry('barn'),
];

const NAMED: JournalEntry = { ...sampleOf('attic', 9), inputs: [1, Number.NaN], inputNames: ['sun', 'väg'] };

const SOME: readonly JournalEntry[] = [
  ...OLD,
  { kind: 'label', stream: ATTIC, at, from: toEpochMs(1), to: toEpochMs(2), label: 'washing' },
  { kind: 'rewritten', input: { kind: 'settings', stream: ATTIC, at, changes: '{"publish":1}' }, original: 4 },
  { kind: 'command', stream: idOf('den'), at, command: 'forget' },
  { kind: 'message', key: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9) },
];
const NEWEST: readonly JournalEntry[] = [...SOME, NAMED];

describe('a batch', () => {
  it('gives back every entry with its position, to the last bit', () => {
    void fc.assert(
      fc.property(fc.array(anyEntry, { minLength: 1, maxLength: 60 }), fc.nat(), (entries, first) => {
        const batch = batchWith(entries, first);
        expect([batch.first, batch.last]).toEqual([first, first + entries.length - 1]);
        // Equal as Object.is is: NaN is NaN, and -0 is not 0.
        expect(entriesOf(batch)).toEqual(numbered(entries, first));
      }),
      { numRuns: 200 },
    );
  });

  it('gives what is left out its position, and nothing else', () => {
    const leftOut = fc.constant(undefined);
    void fc.assert(
      fc.property(
        fc.array(fc.oneof(anyEntry, leftOut), { minLength: 1, maxLength: 60 }),
        fc.nat(),
        (entries, first) => {
          const writer = new BatchWriter();
          for (const entry of entries) entry === undefined ? writer.leaveOut() : writer.add(entry);
          expect(writer.entries).toBe(entries.length);
          const batch = writer.take(first);
          expect(batch.last).toBe(first + entries.length - 1);
          expect(entriesOf(batch)).toEqual(
            entries.flatMap((entry, i) => (entry === undefined ? [] : [[first + i, entry]])),
          );
        },
      ),
      { numRuns: 200 },
    );
    const writer = new BatchWriter();
    for (let i = 0; i < 100_000; i++) writer.leaveOut();
    expect(writer.take(1).bytes.length).toBe(1 + 1 + 4);
  });

  it('costs 19 bytes a sample, and a name once', () => {
    const one = batchWith([sampleOf('attic', 1)]).bytes.length;
    const ten = batchWith(Array.from({ length: 10 }, (_, i) => sampleOf('attic', i))).bytes.length;

    expect(ten - one).toBe(9 * 19);
    expect(one).toBe(1 + 1 + 4 + 'attic'.length + 19);
  });

  it('costs one more where the message tells no time, and three more where it does', () => {
    const cost = (origin: (i: number) => Origin): number => {
      const entries = Array.from({ length: 11 }, (_, i): JournalEntry => {
        return { ...sampleOf('attic', i * 5000), origin: origin(i) };
      });
      const [one, all] = [entries.slice(0, 1), entries].map((some) => batchWith(some).bytes.length);
      return ((all as number) - (one as number)) / 10;
    };
    const isBacklog = false;

    expect(cost((i) => ({ arrival: toEpochMs(i * 5000), isTold: false, isBacklog }))).toBe(20);
    expect(cost((i) => ({ arrival: toEpochMs(i * 5000 + 3), isTold: true, isBacklog }))).toBe(22);
  });

  it('of a version that knew no origins is read as it was', () => {
    // SESSION, NAME attic, SAMPLE with effort 5 and inputs, RETOLD: as version 0.1.0 wrote them.
    const hex =
      '010300050000006174746963d10000000000000000f83f000000000000008002000000000000' +
      'f03f000000000000f87f06ffffffffffff3f430000000000000000f03f0000000000000040';
    const bytes = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
    expect(entriesOf({ first: 5, last: 7, bytes })).toEqual(numbered([SOME[0], SOME[2], SOME[7]] as JournalEntry[], 5));
  });

  it('is not made of nothing, nor at a place that is no position', () => {
    const writer = new BatchWriter();
    expect(() => writer.take(1)).toThrow(expect.objectContaining({ code: 'TG_INTERNAL' }));
    writer.add(sampleOf('attic', 1));
    for (const first of [-1, 0.5, Number.NaN, 2 ** 53])
      expect(() => writer.take(first)).toThrow(expect.objectContaining({ code: 'TG_INTERNAL' }));
  });

  it('of a version that knew readings alone has the bytes that it wrote, in both directions', () => {
    const { first, last, hex, entries } = formatOne;
    const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
    expect(entriesOf({ first, last, bytes })).toEqual(entries);

    const writer = new BatchWriter();
    let next = first;
    for (const [position, entry] of entries) {
      for (; next < position; next++) writer.leaveOut();
      writer.add(entry);
      next++;
    }
    expect(Buffer.from(writer.take(first).bytes).toString('hex')).toBe(hex);
  });

  it('says that it is newer where it holds something that format 1 has not', () => {
    expect(batchWith(OLD).bytes[0]).toBe(1);
    for (const entry of SOME.slice(OLD.length)) {
      const batch = batchWith([...OLD, entry]);
      expect(batch.bytes[0]).toBe(2);
      const bytes = batch.bytes.slice();
      bytes[0] = 1;
      expect(() => entriesOf({ ...batch, bytes })).toThrow(BatchError);
    }
  });

  it('is of the third format where it names further inputs, and of no other', () => {
    for (const entry of [NAMED, { kind: 'rewritten', input: NAMED, original: 3 } as JournalEntry]) {
      const batch = batchWith([...SOME, entry]);
      expect(batch.bytes[0]).toBe(3);
      for (const older of [1, 2]) {
        const bytes = batch.bytes.slice();
        bytes[0] = older;
        expect(() => entriesOf({ ...batch, bytes })).toThrow(BatchError);
      }
    }
    const { inputNames: _, ...unnamed } = NAMED as Sample;
    expect(batchWith([...OLD, unnamed]).bytes[0]).toBe(1);
  });

  it('names the further inputs of a stream once, again where they change, and not at all where they are not known', () => {
    const inputsOf = (...names: string[]): JournalEntry => ({
      ...sampleOf('attic', 1),
      inputs: names.map((_, i) => i),
      inputNames: names,
    });
    const ab = inputsOf('a', 'b');
    const sizeOf = (...entries: JournalEntry[]): number => batchWith(entries).bytes.length;
    const unnamed = { ...sampleOf('attic', 1), inputs: [0, 1] };
    const names = 1 + 2 + 1 + 2 * (4 + 1);

    expect(sizeOf(ab) - sizeOf(unnamed)).toBe(names);
    expect(sizeOf(ab, inputsOf('a', 'b')) - sizeOf(ab)).toBe(19 + 1 + 2 * 8);
    expect(sizeOf(ab, inputsOf('b', 'a')) - sizeOf(ab)).toBe(19 + 1 + 2 * 8 + names);
    expect(sizeOf(ab, sampleOf('attic', 2)) - sizeOf(ab)).toBe(19);
    expect(sizeOf(ab, unnamed) - sizeOf(ab)).toBe(19 + 1 + 2 * 8 + 1 + 2 + 1);
    const all = [ab, inputsOf('b', 'a'), unnamed, ab, inputsOf('c'), sampleOf('attic', 3)];
    expect(entriesOf(batchWith(all))).toEqual(numbered(all, 1));
  });

  it('refuses to write as many names as there are no inputs', () => {
    const wrong = { ...sampleOf('attic', 1), inputs: [1], inputNames: ['a', 'b'] };
    expect(() => batchWith([wrong])).toThrow(expect.objectContaining({ code: 'TG_INTERNAL' }));
  });

  it('holds more streams than two bytes can number', () => {
    const inputs = { inputs: [1], inputNames: ['sun'] };
    const entries = Array.from({ length: 66_000 }, (_, i) => ({ ...sampleOf(`s${i % 65_540}`, i, i), ...inputs }));

    const read = entriesOf(batchWith(entries));

    expect(read).toHaveLength(entries.length);
    for (const place of [0, 65_534, 65_535, 65_536, 65_540, 65_999]) expect(read[place]?.[1]).toEqual(entries[place]);
  });

  it('holds a name that is longer than two bytes can say', () => {
    const entries = [sampleOf('x'.repeat(70_000), 1), sampleOf('y', 2)];

    expect(entriesOf(batchWith(entries))).toEqual(numbered(entries, 1));
  });

  it('owes nothing to the one before: the writer begins anew', () => {
    const writer = new BatchWriter();
    writer.add(sampleOf('attic', 1));
    const first = writer.take(1);
    expect([writer.entries, writer.size]).toEqual([0, 0]);
    writer.add(sampleOf('attic', 2));
    const second = writer.take(2);

    expect(entriesOf(second)).toEqual([[2, sampleOf('attic', 2)]]);
    expect(first.bytes).toHaveLength(second.bytes.length);
    expect(entriesOf(first)).toEqual([[1, sampleOf('attic', 1)]]);
  });

  it('has the bytes of a writer that never wrote another, however many batches and streams came before', () => {
    const batches = fc.array(fc.array(anyEntry, { minLength: 1, maxLength: 20 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(batches, fc.constantFrom(0, 9000), (all, others) => {
        const writer = new BatchWriter();
        for (let i = 0; i < others; i++) writer.add(sampleOf(`other${i}`, i, i));
        if (others > 0) writer.take(0);
        for (const entries of all) {
          for (const entry of entries) writer.add(entry);
          expect(writer.take(5)).toEqual(batchWith(entries, 5));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('is recognised as cut short wherever it is cut', () => {
    const whole = batchWith(NEWEST);
    for (let length = 0; length < whole.bytes.length; length++) {
      expect(() => entriesOf({ ...whole, bytes: whole.bytes.subarray(0, length) }), `${length}`).toThrow(BatchError);
    }
    expect(entriesOf(whole)).toEqual(numbered(NEWEST, 1));
  });

  it('throws nothing but BatchErrors, whatever its bytes are', () => {
    const whole = batchWith(SOME);
    const change = fc.record({ at: fc.nat(whole.bytes.length - 1), byte: fc.nat(255) });
    const changed = fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
      const bytes = whole.bytes.slice();
      for (const { at, byte } of changes) bytes[at] = byte;
      return bytes;
    });

    void fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        let count = 0;
        try {
          for (const [, entry] of entriesOf({ ...whole, bytes })) {
            count++;
            if (entry.kind === undefined && (entry.effort ?? 0) > 5) throw new Error('an effort that there is not');
          }
        } catch (error) {
          expect(error).toBeInstanceOf(BatchError);
          return;
        }
        // What is taken for whole has as many entries as the batch says.
        expect(count).toBe(SOME.length);
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[string, number[]]>([
    ['another format', [3]],
    ['an unknown tag', [1, 15]],
    ['a stream that has no name', [1, 5, 0, 0]],
    ['an unknown effort', [...batchWith([sampleOf('a', 1)]).bytes].with(7, 0x61)],
  ])('of %s is a BatchError', (_, bytes) => {
    expect(() => entriesOf({ first: 1, last: 1, bytes: Uint8Array.from(bytes) })).toThrow(BatchError);
  });

  it('with another number of entries than it says is a BatchError, after them', () => {
    const batch = batchWith(SOME);
    expect(() => entriesOf({ ...batch, last: batch.last + 1 })).toThrow(BatchError);
    expect(() => entriesOf({ ...batch, first: 3 })).toThrow(BatchError);
  });
});
