import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toKey } from '../../../src/adapters/mqtt/inbound/delivery.ts';
import type { Sample } from '../../../src/domain/sample.ts';
import { isReading, isReturn, type StreamInput } from '../../../src/domain/streamInput.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import { BatchError } from '../../../src/state/log/batchReader.ts';
import type { JournalEntry } from '../../../src/state/log/entry.ts';
import type { Tail } from '../../../src/state/log/packedInputs.ts';
import { RedoLog } from '../../../src/state/log/redoLog.ts';
import { idOf, labelOf, sampleOf } from '../../pipeline/samples.ts';
import { anyInput, batchWith, forgetEntry, messageEntry } from './entries.ts';

const ATTIC = idOf('attic');
const BARN = idOf('barn');
const END = Number.POSITIVE_INFINITY;
const at = toEpochMs(7);

/** Packed, a reading without further inputs and one with none of them are the same. */
function withoutEmpty(input: StreamInput): StreamInput {
  if (!isReading(input) || input.inputs?.length !== 0) return input;
  const { inputs: _, ...sample } = input;
  return sample;
}

/** RedoLog of a journal from position 1 on; `from`: what the snapshots of each stream include. */
function redoLogOf(entries: readonly JournalEntry[], from: Record<string, number> = {}): RedoLog {
  const redoLog = new RedoLog((stream) => from[stream] ?? 0);
  if (entries.length > 0) redoLog.read(batchWith(entries));
  return redoLog;
}

const timesOf = (samples: Tail): number[] => Array.from(samples, ({ at }) => at);

describe('RedoLog', () => {
  it('keeps what each stream said after its snapshots', () => {
    const redoLog = redoLogOf([sampleOf('attic', 1), sampleOf('barn', 2), sampleOf('attic', 3), sampleOf('attic', 4)], {
      attic: 1,
    });

    expect([...redoLog.after(ATTIC, 0, END)]).toEqual([sampleOf('attic', 3), sampleOf('attic', 4)]);
    expect([redoLog.firstPosition(ATTIC), redoLog.firstPosition(BARN), redoLog.firstPosition(idOf('den'))]).toEqual([
      3,
      2,
      undefined,
    ]);
    expect([[...redoLog.streams()], redoLog.inputs]).toEqual([['barn', 'attic'], 3]);
  });

  it('names the streams heard of last first', () => {
    const redoLog = redoLogOf([sampleOf('attic', 1), sampleOf('barn', 2), sampleOf('den', 3), sampleOf('attic', 4)]);
    expect(redoLog.newestFirst()).toEqual(['attic', 'den', 'barn']);
  });

  it('gives the samples after a position and before another', () => {
    const redoLog = redoLogOf([1, 2, 3, 4].map((at) => sampleOf('attic', at)));

    expect(timesOf(redoLog.after(ATTIC, 2, 4))).toEqual([3]);
    expect(timesOf(redoLog.after(ATTIC, 0, 3))).toEqual([1, 2]);
    expect([...redoLog.after(ATTIC, 4, END)]).toEqual([]);
    expect([...redoLog.after(BARN, 0, END)]).toEqual([]);
  });

  it('gives any of them, in whatever order they are asked for', () => {
    const inputs = [[], [1], [1, 2, 3], [], [4, 5]];
    const redoLog = redoLogOf(inputs.map((some, i) => ({ ...sampleOf('attic', i), inputs: some })));
    const tail = redoLog.after(ATTIC, 1, 5);

    expect(tail.length).toBe(3);
    expect([2, 2, 0, 1, 0, 2].map((place) => tail.at(place)?.at)).toEqual([3, 3, 1, 2, 1, 3]);
    expect([tail.at(3), tail.at(-1)]).toEqual([undefined, undefined]);
    // What is new to the others changes nothing of it.
    redoLog.drop(ATTIC);
    expect(timesOf(tail)).toEqual([1, 2, 3]);
  });

  it('gives samples as they were, with effort and inputs', () => {
    const samples: Sample[] = [
      { ...sampleOf('attic', 1), effort: 3, inputs: [Number.NaN, -0, 7] },
      { ...sampleOf('attic', 1.5, Number.NaN), inputs: [1, 2] },
      sampleOf('attic', 2),
    ];
    const redoLog = redoLogOf(samples);

    expect([...redoLog.after(ATTIC, 0, END)]).toStrictEqual(samples);
  });

  it('hands messages and sessions on, in order', () => {
    const heard: unknown[] = [];
    const redoLog = new RedoLog(() => 0);
    redoLog.read(batchWith([messageEntry(1, 2), { kind: 'session' }, messageEntry(3, 4)]), {
      message: (...about) => heard.push(about),
      session: () => heard.push('session'),
    });

    expect(heard).toEqual([[toKey(1, 2), 1], 'session', [toKey(3, 4), 3]]);
    expect([...redoLog.streams()]).toEqual([]);
  });

  it('forgets a stream with its snapshots up to there, and begins anew after it', () => {
    const redoLog = redoLogOf([sampleOf('attic', 1), forgetEntry('attic'), sampleOf('attic', 3)]);

    expect(timesOf(redoLog.after(ATTIC, 0, END))).toEqual([3]);
    expect(redoLog.firstPosition(ATTIC)).toBe(3);
    expect([0, 1, 2, 3].map((position) => redoLog.isVoid(ATTIC, position))).toEqual([true, true, true, false]);
    expect(redoLog.isVoid(BARN, 0)).toBe(false);
  });

  it('takes what is told again from its new place, in the order of the old one', () => {
    const rewritten = (at: number, original: number): JournalEntry => ({
      kind: 'rewritten',
      input: sampleOf('attic', at),
      original,
    });
    const redoLog = redoLogOf(
      [
        sampleOf('attic', 1),
        sampleOf('attic', 2),
        { kind: 'rewrite', stream: ATTIC },
        rewritten(1, 1),
        rewritten(2, 2),
      ],
      { attic: 1 },
    );

    expect(redoLog.firstPosition(ATTIC)).toBe(5);
    expect(timesOf(redoLog.after(ATTIC, 0, END))).toEqual([2]);
    expect(timesOf(redoLog.after(ATTIC, 2, END))).toEqual([]);
  });

  it('drops a stream that has come back', () => {
    const redoLog = redoLogOf([sampleOf('attic', 1)]);
    redoLog.drop(ATTIC);

    expect([[...redoLog.after(ATTIC, 0, END)], redoLog.firstPosition(ATTIC), [...redoLog.streams()]]).toEqual([
      [],
      undefined,
      [],
    ]);
  });

  it('keeps what is older than a tail that was told again', () => {
    const rewritten = (original: number): JournalEntry => ({
      kind: 'rewritten',
      input: sampleOf('attic', original),
      original,
    });
    const redoLog = redoLogOf([
      ...[1, 2, 3, 4].map((time) => sampleOf('attic', time)),
      { kind: 'rewrite', stream: ATTIC },
      ...[rewritten(3), rewritten(4)],
      ...[8].map((time) => sampleOf('attic', time)),
      { kind: 'rewrite', stream: ATTIC },
      ...[rewritten(4), rewritten(8)],
    ]);
    expect(timesOf(redoLog.after(ATTIC, 0, END))).toEqual([1, 2, 3, 4, 8]);
    expect(redoLog.firstPosition(ATTIC)).toBe(1);
  });

  it('gives the same inputs after any number of rewrites, with the old places trimmed', () => {
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
          let redoLog = redoLogOf(samples);
          const before = [...redoLog.after(ATTIC, position, END)];
          let next = samples.length + 1;
          for (let i = 0; i < times; i++) {
            const entries: JournalEntry[] = [];
            const first = next;
            redoLog.rewrite(ATTIC, (entry) => {
              entries.push(entry);
              return next++;
            });
            if (entries.length === 0) break;
            expect(redoLog.firstPosition(ATTIC)).toBe(first);
            redoLog = new RedoLog(() => 0);
            redoLog.read(batchWith(entries, first));
          }
          expect([...redoLog.after(ATTIC, position, END)]).toStrictEqual(before);
        },
      ),
    );
  });

  it('tells nothing of a stream that it does not know', () => {
    const entries: JournalEntry[] = [];
    redoLogOf([]).rewrite(ATTIC, (entry) => entries.push(entry));
    expect(entries).toEqual([]);
  });

  it('without a snapshot: holds inputs of every kind from the first reading after the last command to forget on, in order', () => {
    const ofAttic = fc.array(
      anyInput.filter((input) => !isReturn(input)).map((input): StreamInput => ({ ...input, stream: ATTIC })),
      { maxLength: 40 },
    );
    void fc.assert(
      fc.property(ofAttic, fc.nat(45), (inputs, position) => {
        const redoLog = redoLogOf(inputs);
        const forgotten = inputs.findLastIndex((input) => input.kind === 'command' && input.command === 'forget');
        // What is said of a stream before its first reading begins none.
        const first = inputs.findIndex((input, i) => i > forgotten && isReading(input));
        const kept = first < 0 ? [] : inputs.slice(Math.max(first, position));
        expect([...redoLog.after(ATTIC, position, END)]).toEqual(kept.map(withoutEmpty));
        expect(redoLog.isVoid(ATTIC, forgotten + 1)).toBe(forgotten >= 0);
        expect(redoLog.isVoid(ATTIC, forgotten + 2)).toBe(false);
      }),
    );
  });

  it('with a snapshot: holds a label that no reading follows', () => {
    const redoLog = new RedoLog(() => 1);
    const label = labelOf('attic', 5);
    redoLog.read(batchWith([sampleOf('attic', 1), label]));
    expect([...redoLog.after(ATTIC, 1, END)]).toEqual([label]);
  });

  it('with a snapshot that is void: holds no label before the first reading of the new life', () => {
    const redoLog = new RedoLog(() => 1);
    const forget = forgetEntry('attic');
    redoLog.read(batchWith([sampleOf('attic', 1), forget, labelOf('attic', 5)]));
    expect([[...redoLog.streams()], redoLog.inputs]).toEqual([[], 0]);
  });

  it('holds inputs of every kind after they were rewritten', () => {
    const kept: StreamInput[] = [
      sampleOf('attic', 1),
      { kind: 'label', stream: ATTIC, at, from: toEpochMs(1), to: toEpochMs(2), label: 'washing' },
      { ...sampleOf('attic', 2), inputs: [1, 2] },
      { kind: 'settings', stream: ATTIC, at, changes: '{"anomaly":{"threshold":4}}' },
      sampleOf('attic', 3),
    ];
    const entries: JournalEntry[] = [];
    redoLogOf(kept).rewrite(ATTIC, (entry) => 10 + entries.push(entry));
    const again = new RedoLog(() => 0);
    again.read(batchWith(entries, 11));

    expect([...again.after(ATTIC, 1, 5)]).toStrictEqual(kept.slice(1, 4));
    expect(again.firstPosition(ATTIC)).toBe(11 + 1);
  });

  it('refuses an input that was rewritten before it was written', () => {
    expect(() => redoLogOf([{ kind: 'rewritten', input: sampleOf('attic', 1), original: 1 }])).toThrow(BatchError);
  });

  it('rewrites nothing to a place before its own', () => {
    const redoLog = redoLogOf([sampleOf('attic', 1), sampleOf('attic', 2)]);
    expect(() => redoLog.rewrite(ATTIC, () => 2)).toThrow(expect.objectContaining({ code: 'TG_INTERNAL' }));
  });

  it('holds moments with fractions and before 1970', () => {
    const sample = { stream: ATTIC, at: toEpochMs(-12.25), value: 1 };
    expect([...redoLogOf([sample]).after(ATTIC, 0, END)]).toEqual([sample]);
  });
});
