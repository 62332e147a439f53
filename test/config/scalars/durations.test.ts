import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { duration, parseDuration } from '../../../src/config/scalars/durations.ts';

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

describe('parseDuration', () => {
  it.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['15m', 900_000],
    ['1h', 3_600_000],
    ['2d', 172_800_000],
    ['0s', 0],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    '15',
    'm',
    '15 m',
    ' 15m',
    '15m ',
    '15M',
    '1.5h',
    '-1s',
    '+1s',
    '1h30m',
    '1e3s',
    '015m',
    '1min',
    '0x1s',
    '١s',
    '15m\n',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('reads every whole number with every unit', () => {
    const unit = fc.constantFrom(...(Object.keys(UNITS) as (keyof typeof UNITS)[]));
    void fc.assert(
      fc.property(fc.nat(1_000_000), unit, (count, name) => {
        expect(parseDuration(`${count}${name}`)).toBe(count * UNITS[name]);
      }),
    );
  });

  it('reads nothing else: what it takes has exactly one way to be written per unit', () => {
    const characters = fc.constantFrom(...'0123456789msdh .-+eE'.split(''));
    void fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 6 }), (text) => {
        const ms = parseDuration(text);
        if (ms === undefined) return;
        const unit = text.replace(/\d+/, '') as keyof typeof UNITS;
        expect(text).toBe(`${ms / UNITS[unit]}${unit}`);
      }),
      { numRuns: 5_000, seed: 1 },
    );
  });

  it('refuses what milliseconds cannot count exactly', () => {
    expect(parseDuration('999999999999999d')).toBeUndefined();
  });
});

describe('duration', () => {
  const option = duration({ from: '1s', to: '1m', zero: 'never' });
  const read = (value: unknown): unknown => {
    const result = v.safeParse(option, value);
    return result.success ? result.output : 'refused';
  };
  const isFine = (value: unknown): boolean => v.safeParse(option, value).success;

  it('takes its bounds and, where allowed, a plain 0', () => {
    expect([read('1s'), read('60s'), read('1m'), read(0), read('0s')]).toEqual([1_000, 60_000, 60_000, 0, 0]);
  });

  it.each(['999ms', '61s', 1, -0.5, 60, Number.NaN, '0', true, null, [], '1w'])('refuses %j', (value) => {
    expect(isFine(value)).toBe(false);
  });

  it('says range, zero and examples in its message', () => {
    expect(v.safeParse(option, 7).issues?.[0].message).toBe(
      'expected a duration from 1s to 1m or 0 (never), written like 250ms, 30s, 15m, 1h or 2d',
    );
  });
});
