import type { ExpertName } from '../../domain/expertName.ts';
import type { Probe } from '../../domain/memoryProbe.ts';
import { secantShares } from '../../kernel/plain/secantShares.ts';
import type { SnapshotContents } from '../../model/restoreSnapshot.ts';
import { SnapshotError } from '../../model/snapshotFormat.ts';
import { arrayOf, numberOf } from '../carryOver/numbers.ts';
import type { LearnerSchema } from '../carryOver/schema.ts';
import { outputAnswer } from './answers.ts';
import { carriedOutputs } from './carriedOutputs.ts';
import { namedFeature } from './inputGroups.ts';
import type { KeptWindow } from './keptWindow.ts';
import { splitShares } from './probe.ts';

/**
 * Shares of the last rows in what a network forecasts, in the sensor's unit. The rows are those of its window of learning, as
 * they were, and begin at the state that it had there. Bounds that only a forecast far outside meets are left out.
 * @param horizon place of the horizon, smallest first
 * @throws SnapshotError where what is kept is damaged
 */
export function explainForecast(
  entries: SnapshotContents['entries'],
  { horizons }: LearnerSchema,
  network: ExpertName,
  horizon: number,
  window: KeptWindow,
): Probe {
  const { shape, weights, features, rows: T, x, h, c, carried } = window;
  const expert = `panel.${network}`;
  const { mean, scale } = baseOf(entries, expert, horizon, horizons[horizon]);
  const answer = outputAnswer(horizon, scale);
  const [inputs, hidden, cell] = [x, h, c].map((floats) => Float64Array.from(floats));
  const shares = secantShares(weights, shape, { x: inputs, headX: new Float64Array(0), h: hidden, c: cell }, answer);
  const y = carriedOutputs(weights, shape, carried, x.subarray((T - 1) * shape.inputSize));
  const split = splitShares(shares, new Array<undefined>(T).fill(undefined), features.map(namedFeature));
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
