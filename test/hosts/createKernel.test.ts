import { expect, it } from 'vitest';
import { CELL_KINDS, type KernelChoice } from '../../src/domain/streamSettings.ts';
import { chooseKernel, createKernel } from '../../src/hosts/createKernel.ts';
import { isSupported } from '../../src/kernel/simd/simdModule.ts';
import { errorOf } from '../config/context.ts';

it('takes the kernel whose numbers are the same everywhere, the fastest only where it is asked for', () => {
  const nameOf = (kernel: KernelChoice): string => createKernel({ kernel, cell: 'lstm' }).name;
  expect(nameOf('auto')).toBe('simd');
  expect(nameOf('simd')).toBe('simd');
  expect(nameOf('plain')).toBe('plain');
  expect(nameOf('relaxed')).toBe(isSupported('relaxed') ? 'relaxed' : 'simd');
});

it('takes a kernel that has the cell', () => {
  for (const cell of CELL_KINDS) {
    for (const kernel of ['auto', 'relaxed', 'plain'] as const) {
      const made = createKernel({ kernel, cell });
      expect(made.cells).toContain(cell);
      expect(made.name).toBe(chooseKernel({ kernel, cell }));
    }
  }
  expect(chooseKernel({ kernel: 'auto', cell: 'rnn' })).toBe('simd');
  expect(chooseKernel({ kernel: 'auto', cell: 'gru' })).toBe('plain');
});

it('refuses simd for a cell that it has not: whoever names a kernel means it', () => {
  for (const cell of ['gru', 'lstm_peephole', 'lstm_coupled'] as const) {
    const error = errorOf(() => createKernel({ kernel: 'simd', cell }));
    expect(error).toMatchObject({ code: 'TG_KERNEL_SHAPE', exit: 78 });
    expect(error.message).toBe(
      `the simd kernel has the cells lstm, rnn, not ${cell}: set model.kernel to auto or plain`,
    );
  }
});

it('hands the memory limit on', () => {
  const shape = { cell: 'lstm', inputSize: 4, hiddenSize: 32, outputSize: 1, rows: 32 } as const;
  for (const choice of ['simd', 'plain'] as const) {
    expect(() => createKernel({ kernel: choice, cell: 'lstm' }, { memoryLimit: 1000 }).createNet(shape)).toThrow(
      /memory is full/,
    );
  }
});
