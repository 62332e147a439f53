import { isNoReading } from '../../learner/noReading.ts';
import type { FieldHistory } from './fieldHistory.ts';

/** Distance of a code from the readings, in spreads of the readings. */
const FAR = 5;

/** Values that a field had and by which sensors say that they have no reading: −127, 85, 65535 and the like, far from all its readings. */
export function faultCodesIn({ values }: FieldHistory): readonly number[] {
  const all = values.map(({ value }) => value);
  const codes = [...new Set(all.filter((value) => value !== 0 && isNoReading(value)))];
  const readings = all.filter((value) => !codes.includes(value));
  if (readings.length === 0) return codes.filter((code) => Math.abs(code) !== 255);
  const [low, high] = [Math.min(...readings), Math.max(...readings)];
  const spread = Math.max(high - low, Math.abs(high) / 10, 1);
  return codes.filter((code) => code < low - FAR * spread || code > high + FAR * spread).sort((a, b) => a - b);
}
