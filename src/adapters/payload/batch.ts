/** Elements of one top-level array that are read; for the rest the message is counted as too large once. */
export const LONGEST_BATCH = 1000;

/** The elements of a batch, in order; those that are no objects come as undefined. */
export function listRecords(batch: readonly unknown[]): readonly (object | undefined)[] {
  return batch.slice(0, LONGEST_BATCH).map(toRecord);
}

function toRecord(element: unknown): object | undefined {
  return typeof element === 'object' && element !== null && !Array.isArray(element) ? element : undefined;
}
