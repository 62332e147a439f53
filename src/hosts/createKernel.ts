import { TidegateError } from '../domain/errors.ts';
import type { ModelSettings } from '../domain/streamSettings.ts';
import type { Kernel, KernelName, KernelOptions } from '../kernel/kernel.ts';
import { createPlainKernel } from '../kernel/plain/plainKernel.ts';
import { createSimdKernel, SIMD_CELLS } from '../kernel/simd/simdKernel.ts';
import { isSupported } from '../kernel/simd/simdModule.ts';

type KernelWish = Pick<ModelSettings, 'kernel' | 'cell'>;

/**
 * The kernel that the configuration asks for. `auto`: the fastest that has the cell and whose numbers are the same on every
 * machine. `relaxed`: the fastest of all, whatever its rounding; where it does not run or has not the cell, as `auto`.
 * @throws TidegateError as `chooseKernel`
 */
export function createKernel(wish: KernelWish, options?: KernelOptions): Kernel {
  const name = chooseKernel(wish);
  return name === 'plain' ? createPlainKernel(options) : createSimdKernel(name, options);
}

/**
 * The kernel that `createKernel` makes.
 * @throws TidegateError for `simd` alone: TG_KERNEL_SHAPE where it has not the cell, TG_KERNEL_MISSING where the runtime has
 * no such instructions
 */
export function chooseKernel({ kernel: choice, cell }: KernelWish): KernelName {
  if (choice === 'plain') return 'plain';
  if (!SIMD_CELLS.includes(cell)) {
    if (choice !== 'simd') return 'plain';
    const message = `the simd kernel has the cells ${SIMD_CELLS.join(', ')}, not ${cell}: set model.kernel to auto or plain`;
    throw new TidegateError('TG_KERNEL_SHAPE', message);
  }
  if (choice === 'relaxed' && isSupported('relaxed')) return 'relaxed';
  if (isSupported('simd')) return 'simd';
  if (choice === 'simd') {
    const message = 'this Node.js has no WebAssembly SIMD: set model.kernel to auto or plain';
    throw new TidegateError('TG_KERNEL_MISSING', message);
  }
  return 'plain';
}
