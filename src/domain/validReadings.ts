/** Bounds in the sensor's unit, both included; ±Infinity where there is none. */
export interface ValidBounds {
  readonly min: number;
  readonly max: number;
}

/** Which values of a sensor are readings. Any other value says that there is no reading. */
export interface ValidReadings extends ValidBounds {
  /** Values that stand for a fault, such as −127 and 85 of a DS18B20. */
  readonly not: readonly number[];
}

export const ANY_READING: ValidReadings = {
  min: Number.NEGATIVE_INFINITY,
  max: Number.POSITIVE_INFINITY,
  not: [],
};

/** Rule that one field has of its own; undefined: the rule of `base`. */
export interface ValidRule {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly not?: readonly number[] | undefined;
}

export function narrowValid(base: ValidReadings, own: ValidRule): ValidReadings {
  return { min: own.min ?? base.min, max: own.max ?? base.max, not: own.not ?? base.not };
}

export function isValidReading(value: number, { min, max, not }: ValidReadings): boolean {
  return value >= min && value <= max && (not.length === 0 || !not.some((fault) => isSame(value, fault)));
}

/**
 * Numbers, not texts, are compared, so 85 is 85.0. A fraction is also met by its nearest 32-bit float, which firmware prints
 * as -99.90000153 for -99.9. A whole number has to be met exactly: up to 2^24 a 32-bit float holds it as it is.
 */
function isSame(value: number, fault: number): boolean {
  return value === fault || (!Number.isInteger(fault) && Math.fround(value) === Math.fround(fault));
}
