import { expect, it } from 'vitest';
import { KernelFullError } from '../../src/kernel/kernel.ts';
import { allocateOrRollBack } from '../../src/learner/allocateOrRollBack.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { KERNELS } from '../support/kernels.ts';
import { makeSettings } from '../support/settings.ts';

it.each(KERNELS)('kernel $name: what was taken before a step failed is given back', ({ create }) => {
  const kernel = create();
  const shape = { cell: 'lstm', inputSize: 2, hiddenSize: 8, outputSize: 1, rows: 4 } as const;

  const build = () =>
    allocateOrRollBack(kernel, (recording) => {
      expect(recording.name).toBe(kernel.name);
      expect(recording.bytesOf(shape)).toBe(kernel.bytesOf(shape));
      recording.createLinearModel(4);
      recording.createNet(shape);
      throw new Error('no');
    });

  expect(build).toThrow('no');
  expect(kernel.usedBytes).toBe(0);
  const net = allocateOrRollBack(kernel, (recording) => recording.createNet(shape));
  expect(kernel.usedBytes).toBeGreaterThan(0);
  net.free();
});

it.each(KERNELS)(
  'kernel $name: a learner that does not fit leaves nothing behind, however little is missing',
  ({ create }) => {
    const settings = makeSettings();
    const roomy = create();
    const learner = new StreamLearner(roomy, settings);
    const needed = roomy.usedBytes;
    learner.free();
    expect(roomy.usedBytes).toBe(0);
    for (const share of [0.2, 0.4, 0.6, 0.8, 0.99]) {
      const kernel = create({ memoryLimit: share * needed });
      expect(() => new StreamLearner(kernel, settings)).toThrow(KernelFullError);
      expect(kernel.usedBytes).toBe(0);
    }
  },
);
