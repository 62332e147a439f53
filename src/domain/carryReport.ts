import type { ExpertName } from './expertName.ts';

/**
 * Fate of what was learned when its settings change. `kept`: all of it goes on. `grown`: it goes on and there is more of it; the
 * next forecast is the same but for what an expert that was added says. `returned`: networks of these very settings were put aside before,
 * and come back. `adapted`: it goes on without a part, and learns the rows
 * kept of the stream again. `anew`: a network begins anew and first learns these rows; the rest goes on.
 */
export type CarriedState = 'kept' | 'grown' | 'returned' | 'adapted' | 'anew';

export interface CarryReport {
  readonly state: CarriedState;
  /** Settings that differ, as `hidden 32 → 16`. */
  readonly changes: readonly string[];
  /** Networks that begin anew. */
  readonly anew: readonly ExpertName[];
  /** Classes and their labels go on, where the stream has any; else they begin anew. */
  readonly areClassesKept: boolean;
}

/** Words of each fate for the log. */
export const CARRIED_WORDS: Readonly<Record<CarriedState, string>> = {
  kept: 'learning kept under other settings',
  grown: 'learning kept under other settings, and grown: the next forecasts are as before',
  returned: 'learning under settings of before: the networks that were put aside come back',
  adapted: 'learning adapted to other settings: the rows kept of the stream are learned again',
  anew: 'learning partly anew under other settings: a network begins anew and has learned the rows kept of the stream',
};
