import type { Kernel, KernelName, KernelOptions } from '../../src/kernel/kernel.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import { createSimdKernel } from '../../src/kernel/simd/simdKernel.ts';
import { isSupported } from '../../src/kernel/simd/simdModule.ts';

export interface KernelUnderTest {
  readonly name: KernelName;
  readonly create: (options?: KernelOptions) => Kernel;
}

const ALL: readonly (KernelUnderTest & { readonly runsHere: boolean })[] = [
  { name: 'plain', create: createPlainKernel, runsHere: true },
  { name: 'simd', create: (options) => createSimdKernel('simd', options), runsHere: isSupported('simd') },
  { name: 'relaxed', create: (options) => createSimdKernel('relaxed', options), runsHere: isSupported('relaxed') },
];

/** Every kernel that this runtime can run. */
export const KERNELS: readonly KernelUnderTest[] = ALL.filter(({ runsHere }) => runsHere);
