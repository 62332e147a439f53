import { expect, it } from 'vitest';
import { parameterCount, parameterLayout, parameterViews } from '../../src/kernel/parameterLayout.ts';

const lstm = { cell: 'lstm', inputSize: 3, hiddenSize: 5, outputSize: 2, rows: 8 } as const;

it('lays the blocks of an LSTM net one behind the other', () => {
  expect(parameterLayout(lstm)).toEqual([
    { name: 'Wx', offset: 0, rows: 20, columns: 3 },
    { name: 'Wh', offset: 60, rows: 20, columns: 5 },
    { name: 'b', offset: 160, rows: 20, columns: 1 },
    { name: 'Wy', offset: 180, rows: 2, columns: 5 },
    { name: 'S', offset: 190, rows: 2, columns: 3 },
    { name: 'by', offset: 196, rows: 2, columns: 1 },
  ]);
  expect(parameterCount(lstm)).toBe(198);
});

it('gives the plain recurrent cell one gate', () => {
  expect(parameterCount({ ...lstm, cell: 'rnn' })).toBe(5 * (3 + 5 + 1) + 2 * (5 + 3 + 1));
});

it('shows the blocks as views of the flat vector', () => {
  const flat = new Float32Array(198);
  const views = parameterViews(flat, lstm);

  views.Wh.fill(1);
  views.by[1] = 2;

  expect(flat.indexOf(1)).toBe(60);
  expect(flat.lastIndexOf(1)).toBe(159);
  expect(flat[197]).toBe(2);
});
