import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Note } from '../../../src/domain/note.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import { LabelBook } from '../../../src/outlets/page/labelBook.ts';
import { idOf } from '../../pipeline/samples.ts';

/** A note that gives back what JSON makes of what it was given. */
function noteOf(first?: unknown): Note & { writes: number } {
  let text = JSON.stringify(first);
  return {
    writes: 0,
    read: () => (text === undefined ? undefined : JSON.parse(text)),
    write(value) {
      text = JSON.stringify(value);
      this.writes += 1;
      return true;
    },
  };
}

const labelAt = (stream: string, from: number, label = 'on', to = from) => ({
  stream: idOf(stream),
  from: toEpochMs(from),
  to: toEpochMs(to),
  label,
});

it('keeps the newest labels of the newest streams, and gives them to the next process', () => {
  const labels = fc.array(fc.tuple(fc.integer({ min: 0, max: 80 }), fc.integer(), fc.string({ maxLength: 60 })), {
    minLength: 1,
    maxLength: 400,
  });
  fc.assert(
    fc.property(labels, (told) => {
      const note = noteOf();
      const book = new LabelBook(note);
      for (const [stream, at, label] of told) book.add(labelAt(`s${stream}`, at, label));
      book.save();
      const next = new LabelBook(note);
      const [last] = told.slice(-1) as [(typeof told)[number]];
      for (let stream = 0; stream <= 80; stream++) {
        const kept = book.of(idOf(`s${stream}`));
        const all = told.filter(([of]) => of === stream).map(([, from, label]) => [from, label.slice(0, 40)]);
        // All of a stream, or its newest hundred; a stream that has had none for long may have lost them.
        if (kept.length > 0) expect(kept.map(({ from, label }) => [from, label])).toEqual(all.slice(-100));
        else if (stream === last[0]) expect(all).toEqual([]);
        expect(next.of(idOf(`s${stream}`))).toEqual(kept);
      }
      const streams = new Set(told.map(([stream]) => stream));
      const known = [...streams].filter((stream) => book.of(idOf(`s${stream}`)).length > 0);
      expect(known.length).toBe(Math.min(50, streams.size));
    }),
    { numRuns: 40 },
  );
});

it('has no more than a hundred of one stream, and none whose time is no time', () => {
  const book = new LabelBook(noteOf());
  for (let at = 0; at < 250; at++) book.add(labelAt('a', at));
  book.add(labelAt('a', 1e300));
  book.add(labelAt('a', Number.NaN));
  expect(book.of(idOf('a')).map(({ from }) => from)).toEqual(Array.from({ length: 100 }, (_, i) => 150 + i));
});

it('forgets a stream, and writes only where something has changed', () => {
  const note = noteOf();
  const book = new LabelBook(note);
  book.save();
  book.add(labelAt('a', 1));
  book.save();
  book.save();
  book.forget(idOf('a'));
  book.forget(idOf('b'));
  book.save();
  expect(note.writes).toBe(2);
  expect(new LabelBook(note).of(idOf('a'))).toEqual([]);
});

it('begins anew with a note that is damaged, in whole or in part', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      new LabelBook(noteOf(value));
      new LabelBook(noteOf({ format: 1, streams: value }));
      new LabelBook(noteOf({ format: 1, streams: [['a', value]] }));
    }),
  );
  const half = { format: 1, streams: [7, ['a', [[1, 2, 'on'], [1, 'x', 'off'], 5]], ['', []]] };
  expect(new LabelBook(noteOf(half)).of(idOf('a'))).toEqual([{ from: 1, to: 2, label: 'on' }]);
});
