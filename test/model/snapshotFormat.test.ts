import { expect, it } from 'vitest';
import { ARRAY_TYPES, SnapshotError, typeOf } from '../../src/model/snapshotFormat.ts';

it('keeps the number of each type for good: stored snapshots refer to it', () => {
  expect(ARRAY_TYPES).toEqual([Float32Array, Float64Array, Uint8Array, Uint32Array, Uint16Array]);
  expect(ARRAY_TYPES.map((type) => typeOf(new type(1)))).toEqual([0, 1, 2, 3, 4]);
});

it('says what is wrong with a snapshot', () => {
  const error = new SnapshotError('newer', 'format 2');
  expect([error.name, error.fault, error.message]).toEqual(['SnapshotError', 'newer', 'format 2']);
});
