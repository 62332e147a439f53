import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** Reads a file that test/golden/make.py wrote. */
export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as T;
}

/** Holds float32 results to the golden ones: 1e-6 in every entry. */
export function expectGolden(actual: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(actual.length).toBe(wanted.length);
  let worst = 0;
  for (let j = 0; j < wanted.length; j++) worst = Math.max(worst, Math.abs(actual[j] - wanted[j]));
  expect(worst).toBeLessThanOrEqual(1e-6);
}
