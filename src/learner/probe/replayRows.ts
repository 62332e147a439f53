import { fromFloat16s } from '../../model/float16.ts';
import type { SnapshotContents } from '../../model/restoreSnapshot.ts';
import { SnapshotError } from '../../model/snapshotFormat.ts';
import { arrayOf, numberOf } from '../carryOver/numbers.ts';
import type { LearnerSchema } from '../carryOver/schema.ts';

/**
 * Rows of long ago as the replay memory has them, in half precision.
 * @param D inputs of the network, the first of those that the memory has
 * @param skip newest rows that are left out @param wanted rows, where that many are kept
 * @returns (n, D), oldest first
 * @throws SnapshotError where what is kept is damaged
 */
export function readReplayRows(
  entries: SnapshotContents['entries'],
  { replays: M }: LearnerSchema,
  D: number,
  skip: number,
  wanted: number,
): Float32Array {
  if (M === 0) return new Float32Array(0);
  const rows = arrayOf(entries, 'panel.memory.rows');
  const [next, count] = ['next', 'count'].map((name) => numberOf(entries, `panel.memory.${name}`));
  const size = rows.length / M;
  const isWhole =
    rows instanceof Uint16Array && size >= D && isBelow(size, 65_536) && isBelow(next, M) && isBelow(count, M + 1);
  if (!isWhole) throw new SnapshotError('damaged', `a replay memory of ${rows.length}, ${next}, ${count}`);
  const n = Math.max(0, Math.min(wanted, count - skip));
  const x = new Float32Array(n * D);
  const bits = new Uint32Array(x.buffer);
  for (let r = 0; r < n; r++) {
    const slot = (next - skip - n + r + 2 * M) % M;
    fromFloat16s(x, bits, r * D, rows, slot * size, D);
  }
  return x;
}

function isBelow(count: number, limit: number): boolean {
  return Number.isInteger(count) && count >= 0 && count < limit;
}
