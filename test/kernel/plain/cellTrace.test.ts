import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CellKind, NetShape } from '../../../src/kernel/kernel.ts';
import { parameterCount } from '../../../src/kernel/parameterLayout.ts';
import { type StateName, stateOf, traceCell } from '../../../src/kernel/plain/cellTrace.ts';
import { createPlainKernel } from '../../../src/kernel/plain/plainKernel.ts';
import { createRandom } from '../../../src/kernel/random.ts';

const CELLS: readonly CellKind[] = ['lstm', 'rnn', 'gru', 'lstm_peephole', 'lstm_coupled'];

function draw(cell: CellKind, { E, T, seed }: Record<'E' | 'T' | 'seed', number>) {
  const random = createRandom(seed >>> 0);
  const numbers = (length: number, size: number): Float32Array =>
    Float32Array.from({ length }, () => random.uniform(-size, size));
  const [D, H] = [3, 5];
  const shape: NetShape = { cell, inputSize: D + E, headInputSize: E, hiddenSize: H, outputSize: 2, rows: 1 };
  const weights = numbers(parameterCount(shape), 0.8);
  const start = { h: numbers(H, 1), c: numbers(H, 2).map((c) => (cell === 'rnn' || cell === 'gru' ? 0 * c : c)) };
  return { shape, weights, start, x: numbers(T * D, 2), headX: numbers(E, 1), D, H };
}

describe.each(CELLS)('a trace of the cell %s', (cell) => {
  const runs = fc.record({ E: fc.integer({ min: 0, max: 2 }), T: fc.integer({ min: 1, max: 12 }), seed: fc.integer() });

  it('has the states that the net goes through, from the state that it begins with', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { shape, weights, start, x, headX, D, H } = draw(cell, run);
        const trace = traceCell(weights, shape, x, start);
        const net = createPlainKernel().createNet(shape);
        const first = net.save();
        const [h0, c0] = [first.h.slice(), first.c.slice()];
        h0.set(start.h);
        c0.set(start.c);
        net.load({ ...first, weights, h: h0, c: c0 });
        const [y, h, c] = [new Float32Array(2), new Float32Array(H), new Float32Array(H)];
        for (let t = 0; t < run.T; t++) {
          net.step(y, Float32Array.of(...x.subarray(t * D, (t + 1) * D), ...headX));
          net.copyState(h, c);
          expect(stateOf(trace, 'h')?.slice(t * H, (t + 1) * H)).toEqual(h);
          const cells = stateOf(trace, 'c');
          if (cells !== undefined) expect(cells.slice(t * H, (t + 1) * H)).toEqual(c);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('keeps to the equations of the cell in every row', () => {
    const { shape, weights, start, x, H } = draw(cell, { E: 0, T: 40, seed: 4 });
    const trace = traceCell(weights, shape, x, start);
    const at = (name: StateName, k: number): number => stateOf(trace, name)?.[k] as number;
    const earlier = (name: 'h' | 'c', k: number): number => (k < H ? (start[name][k] as number) : at(name, k - H));
    for (let k = 0; k < 40 * H; k++) {
      if (cell === 'rnn') continue;
      if (cell === 'gru') {
        expect(at('h', k)).toBeCloseTo((1 - at('z', k)) * at('n', k) + at('z', k) * earlier('h', k), 5);
        continue;
      }
      expect(at('c', k)).toBeCloseTo(at('f', k) * earlier('c', k) + at('i', k) * at('g', k), 5);
      expect(at('h', k)).toBeCloseTo(at('o', k) * Math.tanh(at('c', k)), 5);
      if (cell === 'lstm_coupled') expect(at('f', k)).toBeCloseTo(1 - at('i', k), 6);
    }
    expect(trace.map(({ values }) => values.length)).toEqual(trace.map(() => 40 * H));
  });
});

it('a trace of rows that are not whole is refused, and one of none is empty', () => {
  const { shape, weights } = draw('lstm', { E: 0, T: 1, seed: 1 });
  expect(() => traceCell(weights, shape, new Float32Array(4))).toThrow(RangeError);
  expect(traceCell(weights, shape, new Float32Array(0)).every(({ values }) => values.length === 0)).toBe(true);
});
