/** `note`: worth knowing. `warning`: it works, and something can be lost. `failed`: it does not work. */
type Verdict = 'ok' | 'note' | 'warning' | 'failed';

/** One thing that the doctor looked at. */
export interface Finding {
  readonly check: string;
  readonly verdict: Verdict;
  readonly found: string;
  /** The remedy. */
  readonly advice?: string;
}
