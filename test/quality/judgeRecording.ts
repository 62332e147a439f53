import type { AnomalySettings } from '../../src/domain/streamSettings.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import { Anomaly, type JudgedObservation } from '../../src/learner/anomaly/anomaly.ts';
import { History } from '../../src/learner/history.ts';
import { type Recording, WIDTH } from './recordings.ts';

/** Anomaly score of each row of a recording. */
export interface Judged {
  /** Epoch ms. */
  readonly at: Float64Array;
  /** NaN where there is none. */
  readonly score: Float64Array;
  /** An alarm was on. */
  readonly isActive: Uint8Array;
}

/** Only the anomaly score is computed anew, so that a change of it is measured in seconds. */
export function judge(
  { rows, watched, experts, numbers }: Recording,
  settings: AnomalySettings,
  minReadings: number,
): Judged {
  const anomaly = new Anomaly(settings, minReadings, watched);
  const judged = { at: new Float64Array(rows), score: new Float64Array(rows), isActive: new Uint8Array(rows) };
  const history = new History();
  const width = WIDTH + experts;
  for (let t = 0; t < rows; t++) {
    const [at, raw, value, isDoubted, resolution, readings, published] = numbers.subarray(
      t * width,
      t * width + WIDTH,
    ) as unknown as [number, number, number, number, number, number, number];
    const row: JudgedObservation = {
      at: toEpochMs(at),
      raw,
      value,
      isDoubted: isDoubted === 1,
      resolution,
      readings,
      history,
    };
    history.push(at, value);
    anomaly.update(row, numbers.subarray(t * width + WIDTH, (t + 1) * width), published);
    judged.at[t] = at;
    judged.score[t] = anomaly.score ?? Number.NaN;
    judged.isActive[t] = Number(anomaly.isActive);
  }
  return judged;
}

/** Rows at which an alarm starts. */
export function startsOf(isActive: Uint8Array): number[] {
  const starts: number[] = [];
  for (let t = 0; t < isActive.length; t++) if (isActive[t] === 1 && isActive[t - 1] !== 1) starts.push(t);
  return starts;
}
