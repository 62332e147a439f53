import { describe, expect, it } from 'vitest';
import type { LearnOptions, NetShape } from '../../src/kernel/kernel.ts';
import { PLAIN_CELLS } from '../../src/kernel/plain/plainKernel.ts';
import { KERNELS } from '../support/kernels.ts';
import { expectGolden, readGolden } from './readGolden.ts';

interface GoldenRun {
  readonly cell: NetShape['cell'];
  readonly D: number;
  readonly H: number;
  readonly O: number;
  readonly T: number;
  readonly k1: number;
  readonly k2: number;
  readonly horizons: readonly number[];
  readonly options: LearnOptions;
  readonly weights: number[];
  readonly x: number[];
  readonly series: number[];
  readonly y: number[];
  readonly losses: number[];
  readonly gradientNorms: number[];
  readonly finalWeights: number[];
  readonly h: number[];
  readonly c: number[];
}

const { runs } = readGolden<{ runs: GoldenRun[] }>('truncated.json');

// Twice: a ring that wraps many times, and one that never does.
describe.each(
  KERNELS.flatMap(({ name: kernel, create }) =>
    runs
      .filter((run) => create().cells.includes(run.cell))
      .flatMap((run) =>
        [run.k2, 100].map((rows) => {
          const name = `${kernel}, ${run.cell}, ${run.options.loss}, k1 ${run.k1}, k2 ${run.k2}, ring of ${rows}`;
          return { name, create, run, rows };
        }),
      ),
  ),
)('online learning with late targets: $name', ({ create, run, rows }) => {
  it('agrees with PyTorch in every output, loss, norm and final weight', () => {
    const { cell, D, H, O, T } = run;
    const net = create().createNet({ cell, inputSize: D, hiddenSize: H, outputSize: O, rows });
    net.load({ ...net.save(), weights: new Float32Array(run.weights) });
    const x = new Float32Array(run.x);
    const y = new Float32Array(O);
    const outputs: number[] = [];
    const losses: number[] = [];
    const norms: number[] = [];

    for (let t = 0; t < T; t++) {
      net.step(y, x.slice(t * D, (t + 1) * D));
      outputs.push(...y);
      run.horizons.forEach((horizon, output) => {
        if (t >= horizon) expect(net.setTarget(horizon, output, run.series[t])).toBe(true);
      });
      if (t % run.k1 !== run.k1 - 1) continue;
      // When the very first row is learned, no target can have arrived.
      const learned = net.learn(run.k2, run.options);
      expect(learned).toBe(t > 0);
      losses.push(net.loss);
      norms.push(net.gradientNorm);
    }

    expectGolden(outputs, run.y);
    expectGolden(losses, run.losses);
    expectGolden(norms, run.gradientNorms);
    const state = net.save();
    expectGolden(state.weights, run.finalWeights);
    expectGolden(state.h.slice(state.rowCount * H, (state.rowCount + 1) * H), run.h);
    expectGolden(state.c.slice(state.rowCount * H, (state.rowCount + 1) * H), run.c);
  });
});

it('the golden runs cover every cell and every loss', () => {
  expect(new Set(runs.map(({ cell }) => cell))).toEqual(new Set(PLAIN_CELLS));
  expect(new Set(runs.map(({ options }) => options.loss))).toEqual(new Set(['huber', 'squared', 'logistic']));
});

it('the golden runs clip some gradients and not others, and change the weights far more than the tolerance', () => {
  const [lstm] = runs;
  expect(lstm.gradientNorms.some((norm) => norm > lstm.options.clipNorm)).toBe(true);
  expect(lstm.gradientNorms.some((norm) => norm < lstm.options.clipNorm)).toBe(true);
  expect(Math.max(...lstm.weights.map((w, p) => Math.abs(w - lstm.finalWeights[p])))).toBeGreaterThan(0.01);
});
