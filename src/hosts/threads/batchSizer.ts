/** Target time of a batch, ms: a thread answers what is asked of it between two batches. */
const BATCH_MS = 50;
const FEWEST_ROWS = 16;
/** More would save nothing any more on the way over, and its forecasts would hold the main thread up. */
const MOST_ROWS = 256;
const FIRST_ROWS = 64;
/** Weight of the newest batch in the mean. */
const NEWEST = 0.25;

/** Time that a thread takes for a row, forecasting and learning, over its last batches. */
export class BatchSizer {
  /** NaN: not known yet. */
  msPerRow: number = Number.NaN;

  add(rows: number, ms: number): void {
    if (rows < 1) return;
    const newest = ms / rows;
    this.msPerRow = Number.isNaN(this.msPerRow) ? newest : this.msPerRow + NEWEST * (newest - this.msPerRow);
  }
}

/** Rows of one batch for a thread of this pace. */
export function rowsOfBatch(msPerRow: number): number {
  if (Number.isNaN(msPerRow)) return FIRST_ROWS;
  return Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, Math.floor(BATCH_MS / msPerRow)));
}
