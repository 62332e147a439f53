/**
 * Share of the learning that a sample gets. Under load learning is thinned before anything else; the forecast of a
 * sample and the scoring of earlier ones are the same at every effort. The effort is decided before the step and
 * journaled with the sample: a replay of the journal learns exactly as much.
 */
export const EFFORTS = ['full', 'no-replay', 'half', 'quarter', 'eighth', 'none'] as const;

/**
 * Index into EFFORTS. 0: everything. 1: no updates from the replay memory. 2, 3, 4: moreover only every second, fourth, eighth
 * update (k1 × 2, × 4, × 8). 5: no update of the networks; scalers, mix, interval and the linear model still follow.
 */
export type Effort = 0 | 1 | 2 | 3 | 4 | 5;

export const FULL_EFFORT: Effort = 0;
export const NO_LEARNING: Effort = 5;
