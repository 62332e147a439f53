import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { logCpu } from './cpuLog.ts';

/** Arrays shorter than this are left to vitest: they cost nothing. */
const LONG = 50;

const isLong = (value: unknown): boolean =>
  ArrayBuffer.isView(value) ? value.byteLength >= LONG : Array.isArray(value) && value.length >= LONG;

/**
 * Long arrays that are equal in Node's strict sense are equal. vitest compares element by element, as keys of an object: a second for a snapshot of 200 KiB.
 * Arrays that differ in that sense are left to vitest, so that matchers within them count and its message shows where they differ.
 */
function areStrictlyEqual(left: unknown, right: unknown): boolean | undefined {
  return isLong(left) && isLong(right) && isDeepStrictEqual(left, right) ? true : undefined;
}

expect.addEqualityTesters([areStrictlyEqual]);

const cpuLog = process.env['TIDEGATE_CPU_LOG'];
if (cpuLog !== undefined) logCpu(cpuLog);
