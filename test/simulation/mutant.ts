/** A small error that somebody could make in the code that keeps what is learned. */
export interface Mutant {
  readonly name: string;
  /** Below src/. */
  readonly file: string;
  /** Occurs once in the file. */
  readonly text: string;
  readonly becomes: string;
  /** File of the simulation that has to notice it. Default: `simulate`. */
  readonly simulation?: 'changes' | 'undone' | 'orders' | 'verdicts';
}
