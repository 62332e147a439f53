import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toEpochMs } from '../../../../src/domain/time.ts';
import { HistoryBook } from '../../../../src/outlets/page/history/historyBook.ts';
import { HistoryKeeper } from '../../../../src/outlets/page/history/historyKeeper.ts';
import { PageStreams } from '../../../../src/outlets/page/pageStreams.ts';
import { forecastOf, idOf } from '../../../pipeline/samples.ts';
import { lend } from '../../../support/lent.ts';
import { memoryNote } from '../../../support/memoryNote.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 2, 10);

/** A daemon's life on the notes of the one before. */
function life(notes: Map<string, string>, bytes = 200_000, writesPerDay = 1e8) {
  let now = START;
  const writes: number[] = [];
  const note = memoryNote(notes, 'h');
  const book = new HistoryBook(bytes);
  const streams = new PageStreams();
  const counted = {
    read: note.read,
    write: (value: unknown) => {
      writes.push(now);
      return note.write(value);
    },
  };
  const keeper = new HistoryKeeper({ book, note: counted, writesPerDay, now: () => toEpochMs(now) });
  const tell = (name: string, count: number, from = 0): void => {
    for (let i = from; i < from + count; i++)
      lend(forecastOf(name, START + i * 1000, { value: (i * 7) % 31 }), (it) => book.add(it, streams.take(it)));
  };
  return { book, keeper, tell, writes, pass: (ms: number) => (now += ms) };
}

test('two loads before and after a kill give the same history, and it goes on from there', async () => {
  const notes = new Map<string, string>();
  const first = life(notes);
  for (const name of ['a', 'b/c', '__proto__']) first.tell(name, 3000);
  await first.keeper.save();
  first.tell('a', 50, 3000);
  const [second, third] = [life(notes), life(notes)];
  second.keeper.load();
  third.keeper.load();
  for (const name of ['a', 'b/c', '__proto__']) {
    const kept = second.book.find(idOf(name));
    expect(kept?.all().at.length).toBeGreaterThan(600);
    expect(third.book.find(idOf(name))?.bytes).toEqual(kept?.bytes);
  }
  second.tell('a', 50, 3000);
  expect(second.book.find(idOf('a'))?.bytes).toEqual(first.book.find(idOf('a'))?.bytes);
});

test('it is saved once an hour where something has changed, and more seldom where the medium may take little', async () => {
  for (const [writesPerDay, most] of [
    [1e9, 24],
    [100_000, 4],
  ] as const) {
    const { keeper, tell, writes, pass } = life(new Map(), 200_000, writesPerDay);
    for (let minute = 0; minute < 24 * 60; minute += 10) {
      if (minute < 12 * 60) tell('a', 20, minute);
      await keeper.saveIfDue();
      pass(HOUR / 6);
    }
    expect(writes.length).toBeLessThanOrEqual(most);
    expect(writes.length).toBeGreaterThanOrEqual(writesPerDay > 1e8 ? 12 : 1);
  }
});

test.each([
  ['nothing', 'null'],
  ['something else', '[1,2]'],
  ['another format', '{"format":2,"ids":["a"],"sizes":[1],"data":""}'],
  ['bytes that are not compressed', '{"format":1,"ids":["a"],"sizes":[12],"data":"AAAA"}'],
  ['sizes that are none', '{"format":1,"ids":["a"],"sizes":[-1],"data":""}'],
  ['fewer sizes than names', '{"format":1,"ids":["a","b"],"sizes":[],"data":"AwA="}'],
])('a note with %s begins anew', (_, text) => {
  const { keeper, book } = life(new Map([['h', text]]));
  keeper.load();
  expect([...book.all]).toEqual([]);
});

test('a stream that has been away for two months does not come back', async () => {
  const notes = new Map<string, string>();
  const first = life(notes);
  first.tell('a', 100);
  await first.keeper.save();
  const later = life(notes);
  later.pass(61 * 24 * HOUR);
  later.keeper.load();
  expect([...later.book.all]).toEqual([]);
});

test('a history of the earlier format, whose tiers had the open block already, goes on, and no peak is lost or doubled', () => {
  const text = readFileSync(new URL('../../../fixtures/page/history-1.json', import.meta.url), 'utf8');
  const { keeper, book, tell } = life(new Map([['h', text]]));
  keeper.load();
  const kept = book.find(idOf('a'));
  const extremes = (): unknown[] => [Math.min(...(kept?.all().least ?? [])), Math.max(...(kept?.all().greatest ?? []))];
  expect([kept?.bytes[0], kept?.readings().at.at(-1), ...extremes()]).toEqual([2, START + 241 * 60_000, -500, 1000]);
  tell('a', 500, 16_000);
  expect(extremes()).toEqual([-500, 1000]);
  const { at } = kept?.all() ?? { at: [] };
  expect(new Set(at).size).toBe(at.length);
});
