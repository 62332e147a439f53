import { expect, it } from 'vitest';
import { gateCount } from '../../src/kernel/cellSizes.ts';
import type { CellKind } from '../../src/kernel/kernel.ts';
import type { ParameterBlock } from '../../src/kernel/parameterLayout.ts';
import { addCellGradient, type CellSpace, cellBackward, cellForward } from '../../src/kernel/plain/cell.ts';
import { lstmCellBackward, lstmCellForward } from '../../src/kernel/plain/lstmCell.ts';
import { addOuterProducts, addRows } from '../../src/kernel/plain/matrix.ts';
import { rnnCellBackward, rnnCellForward } from '../../src/kernel/plain/rnnCell.ts';
import { expectGolden, readGolden } from './readGolden.ts';

interface GoldenCell {
  readonly D: number;
  readonly H: number;
  readonly [values: string]: number[] | number;
}

const golden = readGolden<Record<CellKind, Record<string, number[]> & GoldenCell>>('cells.json');

type Parameters = Record<ParameterBlock['name'], Float32Array>;
const PARAMETERS = ['Wx', 'Wh', 'b', 'bh', 'p_i', 'p_f', 'p_o', 'Wy', 'S', 'by'] as const;

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

it.each(['gru', 'lstm_peephole', 'lstm_coupled'] as const)(
  'the cell %s agrees with PyTorch, forward and back',
  (cell) => {
    const { D, H, ...v } = golden[cell];
    const G = gateCount(cell) * H;
    const w = Object.fromEntries(PARAMETERS.map((name) => [name, floats(v[name] ?? [])])) as Parameters;
    const d = Object.fromEntries(PARAMETERS.map((name) => [name, floats([], v[name]?.length ?? 0)])) as Parameters;
    const dz = new Float32Array(G);
    const space: CellSpace = {
      x: floats(v.x),
      h: floats(v.hPrev, 2 * H),
      c: floats(v.cPrev ?? [], 2 * H),
      gates: new Float32Array(G),
      tanhC: new Float32Array(H),
      recurrent: new Float32Array(G),
      dz,
      dRecurrent: cell === 'gru' ? new Float32Array(G) : dz,
      dh: new Float32Array([...new Array<number>(H).fill(0), ...v.dh]),
      dc: new Float32Array([...new Array<number>(H).fill(0), ...(v.dc ?? [])]),
    };

    cellForward(space, w, cell, 0, D, H);
    cellBackward(space, w, cell, 0, H);
    addCellGradient(d, space, cell, 1, D, H);

    expectGolden(space.h.subarray(H), v.h);
    expectGolden(space.dh.subarray(0, H), v.dhPrev);
    if (v.c !== undefined) {
      expectGolden(space.c.subarray(H), v.c);
      expectGolden(space.dc.subarray(0, H), v.dcPrev);
    }
    const names = PARAMETERS.filter((name) => v[name] !== undefined);
    expect(names.length).toBe({ gru: 4, lstm_peephole: 6, lstm_coupled: 3 }[cell]);
    for (const name of names) expectGolden(d[name], v[`d${name}`]);
  },
);

it('holds values that a wrong cell would miss', () => {
  for (const cell of Object.keys(golden) as CellKind[]) {
    if (golden[cell].dWh === undefined) continue;
    expect(Math.max(...golden[cell].dWh.map(Math.abs))).toBeGreaterThan(0.01);
  }
  for (const name of ['dp_i', 'dp_f', 'dp_o']) {
    expect(Math.max(...golden.lstm_peephole[name].map(Math.abs))).toBeGreaterThan(0.01);
  }
  expect(golden.gru.dbh).not.toEqual(golden.gru.db);
});
