import type { StateArray } from '../../model/stateIo.ts';
import { inputKeys, learnsLinear, linearFeatures, placesOf } from './names.ts';
import { arrayOf, type LearnerNumbers, numberOf, turnRing } from './numbers.ts';
import type { Places } from './places.ts';

type Result = Map<string, StateArray>;

const PREFIX = 'panel.linear';
/** Numbers of a row that waits for its target, beside its features. */
const BESIDE = 2;

/**
 * The linear model with the features of another schema: weights and gains of those that go on; one that is new begins with weight 0, as
 * in `fresh`.
 * @param rows number of the rows that rings are turned to
 */
export function carryLinear(
  result: Result,
  old: LearnerNumbers,
  fresh: LearnerNumbers,
  places: Places,
  rows: number,
): void {
  if (!learnsLinear(fresh.schema) || !learnsLinear(old.schema)) return;
  const after = linearFeatures(fresh.schema, inputKeys(fresh.schema, old.schema));
  const features = placesOf(after, linearFeatures(old.schema, inputKeys(old.schema, fresh.schema)));
  const formerRows = numberOf(old.entries, `${PREFIX}.rows`);
  const freshRows = numberOf(fresh.entries, `${PREFIX}.rows`);
  fresh.schema.horizons.forEach((steps, k) => {
    const former = places.horizons[k];
    const pending = arrayOf(fresh.entries, `${PREFIX}.pending${k}`) as Float64Array;
    if (former < 0) {
      result.set(`${PREFIX}.pending${k}`, turnRing(pending, steps, freshRows, rows));
      return;
    }
    const { weights, P } = modelOf(old, fresh, `${PREFIX}.model${former}`, `${PREFIX}.model${k}`, features);
    result.set(`${PREFIX}.model${k}.weights`, weights);
    result.set(`${PREFIX}.model${k}.P`, P);
    const waiting = pendingOf(arrayOf(old.entries, `${PREFIX}.pending${former}`), steps, features);
    result.set(`${PREFIX}.pending${k}`, turnRing(waiting, steps, formerRows, rows));
    for (const name of ['mean', 'errorScale'] as const) {
      const array = (result.get(`${PREFIX}.${name}`) as Float64Array).slice();
      array[k] = arrayOf(old.entries, `${PREFIX}.${name}`)[former];
      result.set(`${PREFIX}.${name}`, array);
    }
  });
  result.set(`${PREFIX}.rows`, Float64Array.of(rows));
}

interface LinearNumbers {
  readonly weights: Float64Array;
  /** Upper triangle, row by row. */
  readonly P: Float64Array;
}

/** @param features (new n): place of each among the former ones */
function modelOf(
  old: LearnerNumbers,
  fresh: LearnerNumbers,
  former: string,
  name: string,
  features: readonly number[],
): LinearNumbers {
  const before = arrayOf(old.entries, `${former}.weights`);
  const gains = arrayOf(old.entries, `${former}.P`);
  const own = arrayOf(fresh.entries, `${name}.P`);
  const n = features.length;
  const P = new Float64Array((n * (n + 1)) / 2);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = i; j < n; j++, at++) {
      const [a, b] = [features[i], features[j]];
      if (a >= 0 && b >= 0) P[at] = gains[upperAt(Math.min(a, b), Math.max(a, b), before.length)];
      // Its own gain as it is in the beginning or has become; nothing is known of how it goes with the others.
      else P[at] = i === j ? own[at] : 0;
    }
  }
  return { weights: Float64Array.from(features, (place) => (place < 0 ? 0 : before[place])), P };
}

function upperAt(i: number, j: number, n: number): number {
  return i * n - (i * (i - 1)) / 2 + (j - i);
}

/** (h, new n + 2): a feature that is new is 0 in the rows that wait. */
function pendingOf(before: StateArray, steps: number, features: readonly number[]): Float64Array {
  const [n, width] = [features.length, before.length / steps];
  const pending = new Float64Array(steps * (n + BESIDE));
  for (let slot = 0; slot < steps; slot++) {
    const [to, from] = [slot * (n + BESIDE), slot * width];
    features.forEach((place, i) => {
      pending[to + i] = place < 0 ? 0 : before[from + place];
    });
    for (let i = 0; i < BESIDE; i++) pending[to + n + i] = before[from + width - BESIDE + i];
  }
  return pending;
}
