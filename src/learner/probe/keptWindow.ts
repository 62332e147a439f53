import type { ExpertName } from '../../domain/expertName.ts';
import type { NetShape } from '../../kernel/kernel.ts';
import { parameterCount } from '../../kernel/parameterLayout.ts';
import { newestKept } from '../../model/keptStates.ts';
import type { SnapshotContents } from '../../model/restoreSnapshot.ts';
import { SnapshotError } from '../../model/snapshotFormat.ts';
import { inputKeys, networkFeatures } from '../carryOver/names.ts';
import { arrayOf, floatsOf, numberOf } from '../carryOver/numbers.ts';
import type { LearnerSchema } from '../carryOver/schema.ts';

type Entries = SnapshotContents['entries'];

/** A network that forecasts, and its window of learning: the rows that it had last, and the state that they begin with. */
export interface KeptWindow {
  readonly shape: NetShape;
  /** (P) */ readonly weights: Float32Array;
  /** (D) */ readonly features: readonly string[];
  /** T */ readonly rows: number;
  /** (T, D), oldest first */ readonly x: Float32Array;
  /** (H) each: the state before the first row. */
  readonly h: Float32Array;
  readonly c: Float32Array;
  /** (H): hidden state after the newest row. */ readonly carried: Float32Array;
}

/**
 * Reads the window of a network.
 * @returns undefined where it has no row
 * @throws SnapshotError where what is kept is damaged
 */
export function readWindow(entries: Entries, schema: LearnerSchema, network: ExpertName): KeptWindow | undefined {
  const { cell, hidden: H, horizons } = schema;
  const part = `panel.${network}.network`;
  const features = networkFeatures(schema, inputKeys(schema, schema), network);
  const D = features.length;
  const shape = { cell, inputSize: D, hiddenSize: H, outputSize: horizons.length, rows: 1 };
  const weights = floatsOf(entries, `${part}.weights`, parameterCount(shape));
  const kept = arrayOf(entries, `${part}.x`);
  const T = numberOf(entries, `${part}.rowCount`);
  if (T === 0) return undefined;
  if (!(Number.isInteger(T) && T > 0 && T * D <= kept.length))
    throw new SnapshotError('damaged', `${T} rows of ${D} in ${kept.length}`);
  const [h, c] = ['h', 'c'].map((name) => statesOf(entries, `${part}.${name}`, H));
  const position = {
    rows: kept.length / D,
    every: schema.bptt.every,
    rowCount: T,
    sinceUpdate: numberOf(entries, `${part}.sinceUpdate`),
  };
  const x = Float32Array.from(kept.subarray(0, T * D));
  // The oldest of the states that are kept is the one before the first row.
  const oldest = { h: h.subarray(0, H), c: c.subarray(0, H) };
  return { shape, weights, features, rows: T, x, ...oldest, carried: newestKept(h, position, H) };
}

/** (n, H), n ≥ 2: the states that are kept. */
function statesOf(entries: Entries, name: string, H: number): Float32Array {
  const { length } = arrayOf(entries, name);
  return floatsOf(entries, name, Math.max(2 * H, length - (length % H)));
}
