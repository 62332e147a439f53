import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/kernel/random.ts';
import { fromFloat16, fromFloat16s, toFloat16 } from '../../src/model/float16.ts';

const ALL: readonly number[] = Array.from({ length: 65536 }, (_, bits) => bits);

/** The definition of binary16, in float64. */
function meaningOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}

const FINITE = ALL.map(meaningOf).filter(Number.isFinite);

it('reads every pattern of bits as the standard defines it', () => {
  expect(ALL.map(fromFloat16)).toEqual(ALL.map(meaningOf));
});

it('writes every finite number as the bits that it came from', () => {
  const bits = ALL.filter((each) => Number.isFinite(meaningOf(each)));
  expect(bits.map((each) => toFloat16(meaningOf(each)))).toEqual(bits);
});

describe('between two neighbours', () => {
  const positive = FINITE.filter((value) => value >= 0 && !Object.is(value, -0)).sort((a, b) => a - b);
  const pairs = positive.slice(1).map((upper, i) => [positive[i] as number, upper] as const);

  it('takes the even one in the middle', () => {
    const wrong = pairs.filter(([lower, upper]) => {
      const bits = toFloat16((lower + upper) / 2);
      return bits % 2 !== 0 || ![lower, upper].includes(fromFloat16(bits));
    });
    expect(wrong).toEqual([]);
  });

  it('takes the nearer one elsewhere, on both sides of zero', () => {
    const random = createRandom(1);
    const wrong = pairs.filter(([lower, upper]) => {
      const value = Math.fround(lower + random.uniform(0.01, 0.99) * (upper - lower));
      if (value === (lower + upper) / 2) return false;
      const nearer = value - lower < upper - value ? lower : upper;
      return fromFloat16(toFloat16(value)) !== nearer || fromFloat16(toFloat16(-value)) !== -nearer;
    });
    expect(wrong).toEqual([]);
  });
});

it('keeps finite what is too large, and the sign of zero', () => {
  const large = [65504, 65520, 1e6, 3e38, Number.POSITIVE_INFINITY];
  expect(large.map((value) => fromFloat16(toFloat16(value)))).toEqual(large.map(() => 65504));
  expect(large.map((value) => fromFloat16(toFloat16(-value)))).toEqual(large.map(() => -65504));
  expect([0, -0].map((value) => fromFloat16(toFloat16(value)))).toEqual([0, -0]);
  expect(fromFloat16(toFloat16(1e-9))).toBe(0);
});

it('keeps NaN', () => {
  expect(fromFloat16(toFloat16(Number.NaN))).toBeNaN();
});

it('reads many as it reads one, wherever they lie', () => {
  const halves = Uint16Array.from(ALL);
  const out = new Float32Array(ALL.length + 7).fill(5);
  fromFloat16s(out, new Uint32Array(out.buffer), 3, halves, 0, 1000);
  fromFloat16s(out, new Uint32Array(out.buffer), 1003, halves, 1000, ALL.length - 1000);
  expect([...out]).toEqual([5, 5, 5, ...ALL.map(meaningOf), 5, 5, 5, 5]);
});

it('rounds a number beyond float32 as the float32 next to it', () => {
  const random = createRandom(2);
  const values = Array.from({ length: 20_000 }, () => random.uniform(-2, 2) * 2 ** random.uniform(-30, 18));
  expect(values.map(toFloat16)).toEqual(values.map((value) => toFloat16(Math.fround(value))));
});
