import { describe, expect, it } from 'vitest';
import { createSimdKernel } from '../../../src/kernel/simd/simdKernel.ts';
import { isSupported } from '../../../src/kernel/simd/simdModule.ts';
import { describeKernel } from '../../contract/kernelContract.ts';

describeKernel('simd', (options) => createSimdKernel('simd', options));

describe.runIf(isSupported('relaxed'))('relaxed, on a runtime that has it', () => {
  describeKernel('relaxed', (options) => createSimdKernel('relaxed', options));
});

describe.skipIf(isSupported('relaxed'))('relaxed, on a runtime without it', () => {
  it('says so', () => {
    expect(() => createSimdKernel('relaxed')).toThrow(/no WebAssembly/);
  });
});
