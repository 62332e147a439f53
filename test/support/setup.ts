import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
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

// The same examples on every machine and in every run: a failure is of the change, not of the day. `npm run test:properties` draws others.
fc.configureGlobal({ seed: Number(process.env['TIDEGATE_PROPERTY_SEED'] ?? 1) });

const cpuLog = process.env['TIDEGATE_CPU_LOG'];
if (cpuLog !== undefined) logCpu(cpuLog);
