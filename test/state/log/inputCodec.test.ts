import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/domain/sample.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import { BatchError } from '../../../src/state/log/batchReader.ts';
import { decodeInputs, encodeInputs } from '../../../src/state/log/inputCodec.ts';
import { sampleOf } from '../../pipeline/samples.ts';
import { anyInput, batchWith } from './entries.ts';

const arrivedAt = (arrival: number): Sample => ({
  ...sampleOf('attic', 1),
  origin: { arrival: toEpochMs(arrival), isTold: true, isBacklog: false },
});

describe('encodeInputs and decodeInputs', () => {
  it('give back every sequence of inputs, to the last bit', () => {
    void fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 60 }), (inputs) => {
        expect(decodeInputs(encodeInputs(inputs))).toEqual(inputs);
      }),
      { numRuns: 200, examples: [[[0, -0].map((arrival) => arrivedAt(arrival))]] },
    );
  });

  it('leave out what belongs to one life of the process', () => {
    const sample = { ...sampleOf('attic', 1), late: true as const };
    expect(decodeInputs(encodeInputs([sample]))).toEqual([sampleOf('attic', 1)]);
  });

  it('refuse entries that are no inputs', () => {
    expect(() => decodeInputs(batchWith([{ kind: 'session' }]).bytes)).toThrow(BatchError);
  });

  it('refuse bytes that are cut short', () => {
    const bytes = encodeInputs([sampleOf('attic', 1)]);
    for (let length = 1; length < bytes.length; length++) {
      const isWhole = length === 1 || length === 1 + 1 + 4 + 'attic'.length;
      if (!isWhole) expect(() => decodeInputs(bytes.subarray(0, length)), `${length}`).toThrow(BatchError);
    }
  });
});
