import { expect, it } from 'vitest';
import type { NetShape } from '../../src/kernel/kernel.ts';
import { parameterCount, parameterLayout, parameterViews } from '../../src/kernel/parameterLayout.ts';
import { PLAIN_CELLS } from '../../src/kernel/plain/plainKernel.ts';

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

it('gives each variant what only it has, behind the bias', () => {
  const sizesOf = (cell: NetShape['cell']): unknown =>
    parameterLayout({ ...lstm, cell }).map(({ name, rows, columns }) => [name, rows, columns]);
  const head = [
    ['Wy', 2, 5],
    ['S', 2, 3],
    ['by', 2, 1],
  ];
  const gates = (G: number): unknown[] => [
    ['Wx', G * 5, 3],
    ['Wh', G * 5, 5],
    ['b', G * 5, 1],
  ];
  const peepholes = ['p_i', 'p_f', 'p_o'].map((name) => [name, 5, 1]);

  expect(sizesOf('gru')).toEqual([...gates(3), ['bh', 15, 1], ...head]);
  expect(sizesOf('lstm_peephole')).toEqual([...gates(4), ...peepholes, ...head]);
  expect(sizesOf('lstm_coupled')).toEqual([...gates(3), ...head]);
});

it('covers the flat vector without gap or overlap, whatever the cell', () => {
  for (const cell of PLAIN_CELLS) {
    const shape: NetShape = { ...lstm, cell };
    let next = 0;
    for (const { offset, rows, columns } of parameterLayout(shape)) {
      expect(offset).toBe(next);
      next += rows * columns;
    }
    expect(next).toBe(parameterCount(shape));
    const views = Object.values(parameterViews(new Float32Array(next), shape));
    expect(views.reduce((sum, view) => sum + view.length, 0)).toBe(next);
  }
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
