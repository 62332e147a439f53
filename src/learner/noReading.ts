/**
 * Numbers by which sensors and gateways say that they have no reading: DS18B20 (−127, and 85 after power-on), weather stations
 * (−999, −9999), registers of 8, 15 and 16 bits that are all ones, also in tenths and hundredths, and nothing at all.
 */
const WORDS: readonly number[] = [
  -127, 85, -999, -999.9, -9999, 999, 999.9, 9999, 255, 32_767, 32_768, 65_535, 3276.7, 6553.5, 327.67, 655.35, 0,
];

/** Tells if the number is one of those by which a sensor says that it has no reading, with either sign. */
export function isNoReading(value: number): boolean {
  return WORDS.includes(value) || WORDS.includes(-value);
}
