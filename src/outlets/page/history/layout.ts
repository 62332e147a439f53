/**
 * Places in the bytes of the history of one stream. Everything of it lies in one buffer: a head, the readings of the open block as they came, blocks of readings
 * with scales of their own, and three tiers of spans with their least and greatest reading. So its size is known, and it is written to the medium as it is.
 * A level halves readings and rows: many streams have short histories each.
 */
export const MOST_LEVEL = 5;
export const BLOCKS = 8;
export const TIERS = 3;

/**
 * Head: format, level, readings in the open block, next closed block, closed blocks; how many readings of the open block the tiers have already, the first ones;
 * time of the last reading; origin of the tiers.
 */
export const HEAD = { format: 0, level: 1, open: 2, next: 3, closed: 4, tiered: 5, lastTime: 8, origin: 16 } as const;
const HEAD_BYTES = 24;

/** Numbers of one tier: width of a span (0: not known yet), next row, rows; and the span that is open, in float64. */
export const TIER = {
  width: 0,
  next: 8,
  rows: 10,
  span: 16,
  least: 24,
  greatest: 32,
  sum: 40,
  lower: 48,
  upper: 56,
  forecasts: 64,
  score: 68,
  flags: 69,
} as const;
export const TIER_BYTES = 72;

/** A row of a tier: number of its span, least and greatest reading and mean forecast less the origin, distances of the widest interval, score, flags. */
export const ROW = { span: 0, least: 4, greatest: 8, mean: 12, below: 16, above: 18, score: 20, flags: 21 } as const;
export const ROW_BYTES = 22;
const FIRST_ROWS = 78;

/** A reading of the open block. */
export const OPEN = { time: 0, value: 8, mean: 16, lower: 20, upper: 24, score: 28, flags: 29 } as const;
export const OPEN_BYTES = 30;
const FIRST_BLOCK = 64;

/** Head of a closed block: its scales. */
export const BLOCK = {
  base: 0,
  low: 8,
  unit: 16,
  tick: 24,
  meanLow: 28,
  meanStep: 32,
  logLeast: 36,
  logStep: 40,
  decimals: 44,
  count: 45,
} as const;
export const BLOCK_HEAD_BYTES = 46;
/** A reading of a closed block: time, value, forecast, distances of its interval, score, flags. */
export const READING = { time: 0, value: 2, mean: 4, below: 6, above: 7, score: 8, flags: 9 } as const;
export const READING_BYTES = 10;

/** Sizes and places at one level. */
export interface Layout {
  readonly level: number;
  /** Readings of a block. */
  readonly block: number;
  /** Rows of a tier. */
  readonly rows: number;
  readonly openAt: number;
  readonly blocksAt: number;
  readonly tiersAt: number;
  readonly rowsAt: number;
  readonly bytes: number;
}

export const LAYOUTS: readonly Layout[] = Array.from({ length: MOST_LEVEL + 1 }, (_, level) => {
  const block = FIRST_BLOCK >> level;
  const rows = FIRST_ROWS >> level;
  const tiersAt = HEAD_BYTES;
  const openAt = tiersAt + TIERS * TIER_BYTES;
  const blocksAt = openAt + block * OPEN_BYTES;
  const rowsAt = blocksAt + BLOCKS * (BLOCK_HEAD_BYTES + block * READING_BYTES);
  return { level, block, rows, openAt, blocksAt, tiersAt, rowsAt, bytes: rowsAt + TIERS * rows * ROW_BYTES };
});
