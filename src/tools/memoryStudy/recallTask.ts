import { log } from '../../kernel/math/log.ts';
import { cos } from '../../kernel/math/sinCos.ts';
import { createRandom, type Random } from '../../kernel/random.ts';

/** A cue is shown in one row; `go` in another, later one asks which of the two it was. */
export interface RecallTrial {
  readonly cueAt: number;
  readonly goAt: number;
  /** 0: A, 1: B. */
  readonly cue: 0 | 1;
}

export interface RecallSeries {
  readonly rows: number;
  /** (T, 4): cue A, cue B, go, noise. */
  readonly x: Float32Array;
  /** In order of time; they do not overlap. */
  readonly trials: readonly RecallTrial[];
}

export const RECALL_INPUTS = 4;
export const SHORTEST_LAG = 5;
export const LONGEST_LAG = 60;
const NOISE = 0.1;
const FIRST_CUE = 5;
/** Rows between a go and the next cue: 1 to this. */
const LONGEST_PAUSE = 5;

/**
 * Delayed recall (Hochreiter & Schmidhuber 1997 call its kind a long time lag problem): nothing but a memory can answer,
 * because between cue and go there is only noise, and the lag is drawn anew from 5 … 60 rows each time. One endless stream,
 * nothing marks where a trial begins.
 */
export function createRecallSeries(rows: number, seed: number): RecallSeries {
  const random = createRandom(seed);
  const x = new Float32Array(rows * RECALL_INPUTS);
  for (let t = 0; t < rows; t++) x[t * RECALL_INPUTS + 3] = NOISE * drawNormal(random);
  const trials: RecallTrial[] = [];
  for (let cueAt = FIRST_CUE; cueAt + LONGEST_LAG < rows; ) {
    const cue = random.integerBelow(2) as 0 | 1;
    const goAt = cueAt + SHORTEST_LAG + random.integerBelow(LONGEST_LAG - SHORTEST_LAG + 1);
    x[cueAt * RECALL_INPUTS + cue] = 1;
    x[goAt * RECALL_INPUTS + 2] = 1;
    trials.push({ cueAt, goAt, cue });
    cueAt = goAt + 1 + random.integerBelow(LONGEST_PAUSE);
  }
  return { rows, x, trials };
}

/** Box and Muller; 1 − u keeps the logarithm finite. */
function drawNormal(random: Random): number {
  const radius = Math.sqrt(-2 * log(1 - random.uniform(0, 1)));
  return radius * cos(2 * Math.PI * random.uniform(0, 1));
}
