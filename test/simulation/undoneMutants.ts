import type { Mutant } from './mutant.ts';

/** Errors in the code that lets streams go back. */
export const UNDONE_MUTANTS: readonly Mutant[] = (
  [
    {
      name: 'omitted readings are learned again',
      file: 'state/log/packedInputs.ts',
      text: 'return isBetween && !this.#packed.isOmitted(at, this.#omissions);',
      becomes: 'return isBetween;',
    },
    {
      name: 'what comes after an order to omit is omitted too',
      file: 'state/log/packedInputs.ts',
      text: 'at >= order.first && at <= order.last && at < position',
      becomes: 'at >= order.first',
    },
    {
      name: 'an order to omit is in force beside a state that has learned from it',
      file: 'state/log/packedInputs.ts',
      text: 'order.first > range.position && position < range.before',
      becomes: 'position < range.before',
    },
    {
      name: 'a start takes a snapshot that has learned what is omitted',
      file: 'state/stateRestorer.ts',
      text: 'const isTainted = redoLog.isTainted(stream, position);',
      becomes: 'const isTainted = false;',
    },
    {
      name: 'a stream goes back to a snapshot after what it omits',
      file: 'state/rewinds.ts',
      text: '.filter((position) => position < omitted);',
      becomes: '.filter((position) => position >= 0 * omitted);',
    },
    {
      name: 'snapshots after the one that a stream went back to count',
      file: 'state/streamResidency.ts',
      text: 'residency.generations.filter((position) => position <= base)',
      becomes: 'residency.generations.filter((position) => position >= 0 * base)',
    },
    {
      name: 'what comes while a stream goes back is lost',
      file: 'pipeline/restoreWith.ts',
      text: '[input, pending.waiting.splice(place + 1)]',
      becomes: '[input, pending.waiting.splice(place + 1).slice(1)]',
    },
    {
      name: 'a stream that goes back takes what waits for it twice',
      file: 'pipeline/restoreWith.ts',
      text: 'const first = (this.#orders.get(order) ?? this.#options.position()) + 1;',
      becomes: 'const first = Number.MAX_SAFE_INTEGER;',
    },
    {
      name: 'what was before the state is thought to be known',
      file: 'state/omissionPlan.ts',
      text: "if (start === 0 && !isFromBirth) return { kind: 'beyond', reach: arrivalOf(first.input) };",
      becomes: '',
    },
    {
      name: 'snapshots of a stream that began anew stay on the medium',
      file: 'state/rewinds.ts',
      text: 'if (how.base === 0) this.#options.remove(stream);',
      becomes: '',
    },
    {
      name: 'another state is the snapshot of the entry before the order',
      file: 'state/adoptions.ts',
      text: 'await save({ stream, position, bytes: state });',
      becomes: 'await save({ stream, position: position - 5, bytes: state });',
    },
    {
      name: 'another state is not on the medium',
      file: 'state/adoptions.ts',
      text: 'await save({ stream, position, bytes: state });',
      becomes: '',
    },
  ] as const
).map((mutant) => ({ ...mutant, simulation: 'undone' }));
