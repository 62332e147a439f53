import type { Kernel } from '../../src/kernel/kernel.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import { createSimdKernel } from '../../src/kernel/simd/simdKernel.ts';
import { isSupported, type SimdBuild } from '../../src/kernel/simd/simdModule.ts';

export interface HashedKernel {
  readonly name: string;
  /** undefined where this runtime cannot run it. */
  create(): Kernel | undefined;
  /** It promises the same bits everywhere; the others are only reported. */
  readonly isPortable: boolean;
}

/** A new kernel is one line here; then `npx vitest run test/portability -u` pins its numbers. */
export const KERNELS: readonly HashedKernel[] = [
  { name: 'plain', create: createPlainKernel, isPortable: true },
  { name: 'simd', create: () => createSimd('simd'), isPortable: true },
  { name: 'relaxed', create: () => createSimd('relaxed'), isPortable: false },
];

function createSimd(build: SimdBuild): Kernel | undefined {
  return isSupported(build) ? createSimdKernel(build) : undefined;
}
