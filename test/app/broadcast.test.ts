import { expect, test } from 'vitest';
import { Broadcast } from '../../src/app/broadcast.ts';

test('passes each value on to all who follow it, in the order in which they began', () => {
  const values = new Broadcast<number>();
  const seen: string[] = [];
  values.next(0);
  const first = values.subscribe((value) => seen.push(`a${value}`));
  values.subscribe((value) => seen.push(`b${value}`));
  values.next(1);
  first.unsubscribe();
  values.next(2);
  values.subscribe((value) => seen.push(`c${value}`));
  values.next(3);
  expect(seen).toEqual(['a1', 'b1', 'b2', 'b3', 'c3']);
});

test('who begins while a value is passed on gets the next one, who leaves gets no more', () => {
  const values = new Broadcast<number>();
  const seen: string[] = [];
  const begin = (name: string) => values.subscribe((value) => seen.push(`${name}${value}`));
  const leaving = begin('leaves');
  leaving.unsubscribe();
  values.subscribe((value) => {
    seen.push(`first${value}`);
    if (value === 1) begin('late');
    if (value === 1) last.unsubscribe();
  });
  const last = begin('last');
  values.next(1);
  values.next(2);
  expect(seen).toEqual(['first1', 'first2', 'late2']);
});

test('a value in a value goes out within it', () => {
  const values = new Broadcast<number>();
  const seen: string[] = [];
  values.subscribe((value) => {
    if (value === 1) values.next(2);
    seen.push(`a${value}`);
  });
  values.subscribe((value) => seen.push(`b${value}`));
  values.next(1);
  expect(seen).toEqual(['a2', 'b2', 'a1', 'b1']);
});
