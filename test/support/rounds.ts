/** Rounds of a fault test, rows of a series, settings: few in `npm test`, many in `npm run test:long`. */
export function rounds<Few, Many>(few: Few, many: Many): Few | Many {
  return process.env['TIDEGATE_LONG'] === undefined ? few : many;
}

/** Numbers from 0 on below `limit`, the same ones for the same seed. */
export function seededRandom(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit);
  };
}
