import { expect, it } from 'vitest';
import { createKernel } from '../../src/daemon/createKernel.ts';
import { isSupported } from '../../src/kernel/simd/simdModule.ts';

it('takes the kernel whose numbers are the same everywhere, the fastest only where it is asked for', () => {
  expect(createKernel('auto').name).toBe('simd');
  expect(createKernel('simd').name).toBe('simd');
  expect(createKernel('plain').name).toBe('plain');
  expect(createKernel('relaxed').name).toBe(isSupported('relaxed') ? 'relaxed' : 'simd');
});

it('hands the memory limit on', () => {
  const shape = { cell: 'lstm', inputSize: 4, hiddenSize: 32, outputSize: 1, rows: 32 } as const;
  for (const choice of ['simd', 'plain'] as const) {
    expect(() => createKernel(choice, { memoryLimit: 1000 }).createNet(shape)).toThrow(/memory is full/);
  }
});
