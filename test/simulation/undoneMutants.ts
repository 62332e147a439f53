import type { Mutant } from './mutant.ts';

/** Errors in the code that gives streams another state. */
export const UNDONE_MUTANTS: readonly Mutant[] = (
  [
    {
      name: 'another state is the snapshot of the entry before the order',
      file: 'state/adoptions.ts',
      text: 'await this.#options.save({ stream, position, bytes,',
      becomes: 'await this.#options.save({ stream, position: position - 5, bytes,',
    },
    {
      name: 'another state is not on the medium',
      file: 'state/adoptions.ts',
      text: 'await this.#options.save({ stream, position, bytes, ...(residency.generations.length === 0 && { keep: [] }) });',
      becomes: '',
    },
  ] as const
).map((mutant) => ({ ...mutant, simulation: 'undone' }));
