/** NaN as null and -0 as text: JSON has neither. */
export function toPlain(value: number): number | string | null {
  if (Number.isNaN(value)) return null;
  return Object.is(value, -0) ? '-0' : value;
}

/** Number that `toPlain` was given; NaN for anything else. */
export function fromPlain(plain: unknown): number {
  if (plain === '-0') return -0;
  return typeof plain === 'number' ? plain : Number.NaN;
}
