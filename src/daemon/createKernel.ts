import { TidegateError } from '../domain/errors.ts';
import type { KernelChoice } from '../domain/streamSettings.ts';
import type { Kernel, KernelName, KernelOptions } from '../kernel/kernel.ts';
import { createPlainKernel } from '../kernel/plain/plainKernel.ts';
import { createSimdKernel } from '../kernel/simd/simdKernel.ts';
import { isSupported } from '../kernel/simd/simdModule.ts';

/**
 * The kernel that the configuration asks for. `auto`: the fastest whose numbers are the same on every machine.
 * `relaxed`: the fastest of all, whatever its rounding; where this runtime has not its instructions, as `auto`.
 * @throws TidegateError TG_KERNEL_MISSING for `simd` where the runtime has no such instructions
 */
export function createKernel(choice: KernelChoice, options?: KernelOptions): Kernel {
  const name = chooseKernel(choice);
  return name === 'plain' ? createPlainKernel(options) : createSimdKernel(name, options);
}

/** The kernel that `createKernel` makes. @throws TidegateError TG_KERNEL_MISSING, as there */
export function chooseKernel(choice: KernelChoice): KernelName {
  if (choice === 'plain') return 'plain';
  if (choice === 'relaxed' && isSupported('relaxed')) return 'relaxed';
  if (isSupported('simd')) return 'simd';
  if (choice === 'simd') {
    const message = 'this Node.js has no WebAssembly SIMD: set model.kernel to auto or plain';
    throw new TidegateError('TG_KERNEL_MISSING', message);
  }
  return 'plain';
}
