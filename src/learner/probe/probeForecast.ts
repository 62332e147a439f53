import type { ExpertName } from '../../domain/expertName.ts';
import { parameterCount } from '../../kernel/parameterLayout.ts';
import { secantShares } from '../../kernel/plain/secantShares.ts';
import { newestKept } from '../../model/keptStates.ts';
import type { SnapshotContents } from '../../model/restoreSnapshot.ts';
import { SnapshotError } from '../../model/snapshotFormat.ts';
import { inputKeys, networkFeatures } from '../carryOver/names.ts';
import { arrayOf, floatsOf, numberOf } from '../carryOver/numbers.ts';
import type { LearnerSchema } from '../carryOver/schema.ts';
import { outputAnswer } from './answers.ts';
import { carriedOutputs } from './carriedOutputs.ts';
import { type NoProbe, type Probe, splitShares } from './probe.ts';

/**
 * Shares of the last rows in what a network forecasts, in the sensor's unit. The rows are those of its window of learning, as
 * they were, and begin at the state that it had there. Bounds that only a forecast far outside meets are left out.
 * @param horizon place of the horizon, smallest first
 * @throws SnapshotError where what is kept is damaged
 */
export function probeForecast(
  { entries }: SnapshotContents,
  schema: LearnerSchema,
  network: ExpertName,
  horizon: number,
): Probe | NoProbe {
  const { cell, hidden: H, horizons } = schema;
  const expert = `panel.${network}`;
  const names = networkFeatures(schema, inputKeys(schema, schema), network);
  const D = names.length;
  const shape = { cell, inputSize: D, hiddenSize: H, outputSize: horizons.length, rows: 1 };
  const weights = floatsOf(entries, `${expert}.network.weights`, parameterCount(shape));
  const kept = arrayOf(entries, `${expert}.network.x`);
  const T = numberOf(entries, `${expert}.network.rowCount`);
  if (T === 0) return 'no-rows';
  if (!(Number.isInteger(T) && T > 0 && T * D <= kept.length))
    throw new SnapshotError('damaged', `${T} rows of ${D} in ${kept.length}`);
  const [h, c] = ['h', 'c'].map((name) => statesOf(entries, `${expert}.network.${name}`, H));
  const x = Float64Array.from(kept.subarray(0, T * D));
  const position = {
    rows: kept.length / D,
    every: schema.bptt.every,
    rowCount: T,
    sinceUpdate: numberOf(entries, `${expert}.network.sinceUpdate`),
  };
  const { mean, scale } = baseOf(entries, expert, horizon, horizons[horizon]);
  const window = { x, headX: new Float64Array(0), h: oldest(h, H), c: oldest(c, H) };
  const answer = outputAnswer(horizon, scale);
  const shares = secantShares(weights, shape, window, answer);
  const y = carriedOutputs(weights, shape, newestKept(h, position, H), x.subarray((T - 1) * D));
  const split = splitShares(shares, new Array<undefined>(T).fill(undefined), names);
  return {
    answer: { kind: 'forecast', network, horizon: horizons[horizon] },
    at: numberOf(entries, `${expert}.at`),
    ...split,
    baseline: mean + split.baseline,
    replayed: mean + split.replayed,
    carried: mean + answer.of(y),
  };
}

/** The mean that the network's newest forecast for that horizon corrects, and the unit of its output. */
function baseOf(
  entries: SnapshotContents['entries'],
  expert: string,
  horizon: number,
  steps: number,
): { readonly mean: number; readonly scale: number } {
  const pending = arrayOf(entries, `${expert}.pending${horizon}`);
  const slot = 2 * ((numberOf(entries, `${expert}.rows`) - 1) % steps);
  if (pending.length !== 2 * steps || !(slot >= 0))
    throw new SnapshotError('damaged', 'no base of the newest forecast');
  return { mean: pending[slot], scale: pending[slot + 1] };
}

/** (n, H), n ≥ 2: the states that are kept. */
function statesOf(entries: SnapshotContents['entries'], name: string, H: number): Float32Array {
  const { length } = arrayOf(entries, name);
  return floatsOf(entries, name, Math.max(2 * H, length - (length % H)));
}

/** (H): the oldest of the states that are kept. */
function oldest(states: Float32Array, H: number): Float64Array {
  return Float64Array.from(states.subarray(0, H));
}
