import { expect, it } from 'vitest';
import { lstmCellBackward, lstmCellForward } from '../../src/kernel/plain/lstmCell.ts';
import { addOuterProducts, addRows } from '../../src/kernel/plain/matrix.ts';
import { rnnCellBackward, rnnCellForward } from '../../src/kernel/plain/rnnCell.ts';
import { expectGolden, readGolden } from './readGolden.ts';

interface GoldenCell {
  readonly D: number;
  readonly H: number;
  readonly [values: string]: number[] | number;
}

const golden = readGolden<Record<'lstm' | 'rnn', Record<string, number[]> & GoldenCell>>('cells.json');

/** A float32 vector of `length` that begins with the given values. */
function floats(values: number[], length: number = values.length): Float32Array {
  const array = new Float32Array(length);
  array.set(values);
  return array;
}

it('the LSTM cell agrees with PyTorch, forward and back', () => {
  const { D, H, ...v } = golden.lstm;
  const h = floats(v.hPrev, 2 * H);
  const c = floats(v.cPrev, 2 * H);
  const gates = new Float32Array(4 * H);
  const tanhC = new Float32Array(H);
  const dh = new Float32Array([...new Array<number>(H).fill(0), ...v.dh]);
  const dc = new Float32Array([...new Array<number>(H).fill(0), ...v.dc]);
  const dz = new Float32Array(4 * H);
  const dWx = new Float32Array(4 * H * D);
  const dWh = new Float32Array(4 * H * H);
  const db = new Float32Array(4 * H);

  lstmCellForward(gates, tanhC, c, h, floats(v.x), floats(v.Wx), floats(v.Wh), floats(v.b), 0, D, H);
  lstmCellBackward(dz, dc, dh, gates, tanhC, c, floats(v.Wh), 0, H);
  addOuterProducts(dWx, dz, floats(v.x), 0, 1, 4 * H, D);
  addOuterProducts(dWh, dz, h, 0, 1, 4 * H, H);
  addRows(db, dz, 1, 4 * H);

  expectGolden(h.subarray(H), v.h);
  expectGolden(c.subarray(H), v.c);
  expectGolden(dh.subarray(0, H), v.dhPrev);
  expectGolden(dc.subarray(0, H), v.dcPrev);
  expectGolden(dWx, v.dWx);
  expectGolden(dWh, v.dWh);
  expectGolden(db, v.db);
});

it('the plain recurrent cell agrees with PyTorch, forward and back', () => {
  const { D, H, ...v } = golden.rnn;
  const h = floats(v.hPrev, 2 * H);
  const dh = new Float32Array([...new Array<number>(H).fill(0), ...v.dh]);
  const dz = new Float32Array(H);
  const dWx = new Float32Array(H * D);
  const dWh = new Float32Array(H * H);

  rnnCellForward(h, floats(v.x), floats(v.Wx), floats(v.Wh), floats(v.b), 0, D, H);
  rnnCellBackward(dz, dh, h, floats(v.Wh), 0, H);
  addOuterProducts(dWx, dz, floats(v.x), 0, 1, H, D);
  addOuterProducts(dWh, dz, h, 0, 1, H, H);

  expectGolden(h.subarray(H), v.h);
  expectGolden(dh.subarray(0, H), v.dhPrev);
  expectGolden(dWx, v.dWx);
  expectGolden(dWh, v.dWh);
  expectGolden(dz, v.db);
});

it('holds values that a wrong cell would miss', () => {
  expect(Math.max(...golden.lstm.dWh.map(Math.abs))).toBeGreaterThan(0.01);
  expect(Math.max(...golden.rnn.dWh.map(Math.abs))).toBeGreaterThan(0.01);
});
