import { expect, it } from 'vitest';
import { BatchSizer, rowsOfBatch } from '../../../src/hosts/threads/batchSizer.ts';

it.each([
  ['not known', Number.NaN, 64],
  ['a fast kernel', 0.02, 256],
  ['0.25 ms', 0.25, 200],
  ['a small board', 2, 25],
  ['a crawling one', 100, 16],
  ['no time at all', 0, 256],
])('gives a batch about 50 ms: %s', (_, msPerRow, rows) => {
  expect(rowsOfBatch(msPerRow)).toBe(rows);
});

it('follows the newest batches and forgets none at once', () => {
  const pace = new BatchSizer();
  expect(pace.msPerRow).toBeNaN();
  pace.add(0, 5);
  expect(pace.msPerRow).toBeNaN();
  pace.add(10, 20);
  expect(pace.msPerRow).toBe(2);
  pace.add(1, 6);
  expect(pace.msPerRow).toBe(3);
  for (let i = 0; i < 30; i++) pace.add(100, 10);
  expect(pace.msPerRow).toBeCloseTo(0.1, 2);
});
