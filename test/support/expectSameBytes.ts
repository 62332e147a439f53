import { expect } from 'vitest';

/** Same as `toEqual`, a hundred times as fast: a learner's state has some hundred thousand bytes. */
export function expectSameBytes(actual: Uint8Array, expected: Uint8Array): void {
  expect(actual.length).toBe(expected.length);
  const differs = actual.findIndex((byte, i) => byte !== expected[i]);
  if (differs >= 0) expect(`byte ${differs}: ${actual[differs]}`).toBe(`byte ${differs}: ${expected[differs]}`);
}
