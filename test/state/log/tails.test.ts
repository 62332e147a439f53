import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/domain/sample.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import type { JournalEntry } from '../../../src/state/log/entry.ts';
import { type Tail, Tails } from '../../../src/state/log/tails.ts';
import { idOf, sampleOf } from '../../pipeline/samples.ts';
import { batchWith, sampleEntry } from './entries.ts';

const ATTIC = idOf('attic');
const BARN = idOf('barn');
const END = Number.POSITIVE_INFINITY;

/** Tails of a journal from position 1 on; `from`: what the snapshots of each stream include. */
function tailsOf(entries: readonly JournalEntry[], from: Record<string, number> = {}): Tails {
  const tails = new Tails((stream) => from[stream] ?? 0);
  if (entries.length > 0) tails.read(batchWith(entries));
  return tails;
}

const timesOf = (samples: Tail): number[] => Array.from(samples, ({ at }) => at);

describe('Tails', () => {
  it('keeps what each stream said after its snapshots', () => {
    const tails = tailsOf(
      [sampleEntry('attic', 1), sampleEntry('barn', 2), sampleEntry('attic', 3), sampleEntry('attic', 4)],
      { attic: 1 },
    );

    expect([...tails.after(ATTIC, 0, END)]).toEqual([sampleOf('attic', 3), sampleOf('attic', 4)]);
    expect([tails.firstPosition(ATTIC), tails.firstPosition(BARN), tails.firstPosition(idOf('den'))]).toEqual([
      3,
      2,
      undefined,
    ]);
    expect([[...tails.streams()], tails.samples]).toEqual([['barn', 'attic'], 3]);
  });

  it('names the streams heard of last first', () => {
    const tails = tailsOf([
      sampleEntry('attic', 1),
      sampleEntry('barn', 2),
      sampleEntry('den', 3),
      sampleEntry('attic', 4),
    ]);
    expect(tails.newestFirst()).toEqual(['attic', 'den', 'barn']);
  });

  it('gives the samples after a position and before another', () => {
    const tails = tailsOf([1, 2, 3, 4].map((at) => sampleEntry('attic', at)));

    expect(timesOf(tails.after(ATTIC, 2, 4))).toEqual([3]);
    expect(timesOf(tails.after(ATTIC, 0, 3))).toEqual([1, 2]);
    expect([...tails.after(ATTIC, 4, END)]).toEqual([]);
    expect([...tails.after(BARN, 0, END)]).toEqual([]);
  });

  it('gives any of them, in whatever order they are asked for', () => {
    const inputs = [[], [1], [1, 2, 3], [], [4, 5]];
    const tails = tailsOf(
      inputs.map((some, i) => ({ kind: 'sample', sample: { ...sampleOf('attic', i), inputs: some } })),
    );
    const tail = tails.after(ATTIC, 1, 5);

    expect(tail.length).toBe(3);
    expect([2, 2, 0, 1, 0, 2].map((place) => tail.at(place)?.at)).toEqual([3, 3, 1, 2, 1, 3]);
    expect([tail.at(3), tail.at(-1)]).toEqual([undefined, undefined]);
    // What is new to the others changes nothing of it.
    tails.drop(ATTIC);
    expect(timesOf(tail)).toEqual([1, 2, 3]);
  });

  it('gives samples as they were, with effort and inputs', () => {
    const samples: Sample[] = [
      { ...sampleOf('attic', 1), effort: 3, inputs: [Number.NaN, -0, 7] },
      { ...sampleOf('attic', 1.5, Number.NaN), inputs: [1, 2] },
      sampleOf('attic', 2),
    ];
    const tails = tailsOf(samples.map((sample) => ({ kind: 'sample', sample })));

    expect([...tails.after(ATTIC, 0, END)]).toStrictEqual(samples);
  });

  it('hands messages and sessions on, in order', () => {
    const heard: unknown[] = [];
    const tails = new Tails(() => 0);
    tails.read(
      batchWith([
        { kind: 'message', packetId: 1, checksum: 2 },
        { kind: 'session' },
        { kind: 'message', packetId: 3, checksum: 4 },
      ]),
      { message: (...about) => heard.push(about), session: () => heard.push('session') },
    );

    expect(heard).toEqual([[1, 2, 1], 'session', [3, 4, 3]]);
    expect([...tails.streams()]).toEqual([]);
  });

  it('forgets a stream with its snapshots up to there, and begins anew after it', () => {
    const tails = tailsOf([sampleEntry('attic', 1), { kind: 'forget', stream: ATTIC }, sampleEntry('attic', 3)]);

    expect(timesOf(tails.after(ATTIC, 0, END))).toEqual([3]);
    expect(tails.firstPosition(ATTIC)).toBe(3);
    expect([0, 1, 2, 3].map((position) => tails.isVoid(ATTIC, position))).toEqual([true, true, true, false]);
    expect(tails.isVoid(BARN, 0)).toBe(false);
  });

  it('takes what is told again from its new place, in the order of the old one', () => {
    const retold = (at: number, original: number): JournalEntry => ({
      kind: 'retold',
      sample: sampleOf('attic', at),
      original,
    });
    const tails = tailsOf(
      [sampleEntry('attic', 1), sampleEntry('attic', 2), { kind: 'retell', stream: ATTIC }, retold(1, 1), retold(2, 2)],
      { attic: 1 },
    );

    expect(tails.firstPosition(ATTIC)).toBe(5);
    expect(timesOf(tails.after(ATTIC, 0, END))).toEqual([2]);
    expect(timesOf(tails.after(ATTIC, 2, END))).toEqual([]);
  });

  it('drops a stream that has come back', () => {
    const tails = tailsOf([sampleEntry('attic', 1)]);
    tails.drop(ATTIC);

    expect([[...tails.after(ATTIC, 0, END)], tails.firstPosition(ATTIC), [...tails.streams()]]).toEqual([
      [],
      undefined,
      [],
    ]);
  });

  it('says the same of a stream after it was told again, any number of times, where the old place is gone', () => {
    const sample = fc.record({
      at: fc.double({ noNaN: true }),
      effort: fc.constantFrom(0, 2, 5),
      inputs: fc.array(fc.double(), { maxLength: 3 }),
    });
    void fc.assert(
      fc.property(
        fc.array(sample, { maxLength: 20 }),
        fc.nat(25),
        fc.integer({ min: 1, max: 3 }),
        (all, position, times) => {
          const samples = all.map(
            ({ at, effort, inputs }): Sample => ({
              ...sampleOf('attic', at),
              ...(effort > 0 && { effort: effort as 2 | 5 }),
              ...(inputs.length > 0 && { inputs }),
            }),
          );
          let tails = tailsOf(samples.map((one) => ({ kind: 'sample', sample: one })));
          const before = [...tails.after(ATTIC, position, END)];
          let next = samples.length + 1;
          for (let i = 0; i < times; i++) {
            const entries: JournalEntry[] = [];
            const first = next;
            tails.retell(ATTIC, (entry) => {
              entries.push(entry);
              return next++;
            });
            if (entries.length === 0) break;
            expect(tails.firstPosition(ATTIC)).toBe(first);
            tails = new Tails(() => 0);
            tails.read(batchWith(entries, first));
          }
          expect([...tails.after(ATTIC, position, END)]).toStrictEqual(before);
        },
      ),
    );
  });

  it('tells nothing of a stream that it does not know', () => {
    const entries: JournalEntry[] = [];
    tailsOf([]).retell(ATTIC, (entry) => entries.push(entry));
    expect(entries).toEqual([]);
  });

  it('holds moments with fractions and before 1970', () => {
    const sample = { stream: ATTIC, at: toEpochMs(-12.25), value: 1 };
    expect([...tailsOf([{ kind: 'sample', sample }]).after(ATTIC, 0, END)]).toEqual([sample]);
  });
});
