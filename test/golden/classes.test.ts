import { describe, expect, it } from 'vitest';
import type { LearnOptions, NetShape } from '../../src/kernel/kernel.ts';
import { KERNELS } from '../support/kernels.ts';
import { expectGolden, readGolden } from './readGolden.ts';

interface GoldenWindow {
  readonly x: number[];
  readonly h0: number[];
  readonly c0: number[];
  readonly labels: number[];
  readonly arrived: number[];
  readonly weight: number[];
  readonly loss: number;
  readonly gradientNorm: number;
}

interface GoldenRun {
  readonly cell: NetShape['cell'];
  readonly D: number;
  readonly E: number;
  readonly H: number;
  readonly O: number;
  readonly T: number;
  readonly options: LearnOptions;
  readonly weights: number[];
  readonly windows: readonly GoldenWindow[];
  readonly finalWeights: number[];
}

const { runs } = readGolden<{ runs: GoldenRun[] }>('classes.json');

describe.each(
  KERNELS.flatMap(({ name: kernel, create }) =>
    runs
      .filter((run) => create().cells.includes(run.cell))
      .map((run) => ({ name: `${kernel}, ${run.cell}`, create, run })),
  ),
)('windows of classes: $name', ({ create, run }) => {
  it('agrees with PyTorch in every loss, norm and final weight', () => {
    const { cell, D, E, H, O, T, options } = run;
    const shape = { cell, inputSize: D, headInputSize: E, hiddenSize: H, outputSize: O, rows: 1, windowRows: T };
    const net = create().createNet(shape);
    net.load({ ...net.save(), weights: new Float32Array(run.weights) });

    for (const window of run.windows) {
      const target = new Float32Array(T * O);
      const hasTarget = new Uint8Array(T * O);
      window.labels.forEach((label, t) => {
        target[t * O] = label;
        hasTarget[t * O] = window.arrived[t];
      });
      const [x, weight, h0, c0] = [window.x, window.weight, window.h0, window.c0].map((all) => new Float32Array(all));
      expect(net.replay({ rows: T, burnIn: 0, x, target, hasTarget, weight, h0, c0 }, options)).toBe(true);
      expectGolden([net.loss, net.gradientNorm], [window.loss, window.gradientNorm]);
    }

    expectGolden(net.save().weights, run.finalWeights);
  });
});
