import type { StateArray, StateIo } from '../../model/stateIo.ts';
import { type CarriedLearner, carryOver } from './carryOver.ts';
import type { FormerNetworks } from './formerNetworks.ts';
import type { LearnerNumbers } from './numbers.ts';
import { placesBetween } from './places.ts';
import { type CarryPlan, teachingPlan } from './plan.ts';
import type { LearnerSchema } from './schema.ts';

/** Name of the number whose bit k says that the networks have still to learn the rows kept of the stream for horizon k. */
export const UNTAUGHT = 'untaught';

/**
 * Horizons that networks have still to learn these rows for, a bit for each. Behind a growth the networks say what they said before, so they
 * learn the rows after their next forecast.
 */
export function untaughtAfter({ schema, entries }: LearnerNumbers, { to, networks }: CarryPlan): number {
  if (![...networks.values()].includes('grown')) return 0;
  const before = entries.get(UNTAUGHT)?.[0] ?? 0;
  const { horizons } = placesBetween(schema, to);
  return horizons.reduce((bits, place, k) => (place < 0 || ((before >> place) & 1) === 1 ? bits | (1 << k) : bits), 0);
}

/** Horizons of a learner that its networks have still to learn the rows kept of its stream for. Part of its state while there are some. */
export class UntaughtHorizons {
  #bits = 0;

  get areThere(): boolean {
    return this.#bits > 0;
  }

  /**
   * Networks, linear model, mix and interval learn them from the rows. Nothing of the other horizons is another, but that the networks know
   * more. @returns the numbers of the learner
   */
  teach(schema: LearnerSchema, learner: CarriedLearner, former: FormerNetworks): Map<string, StateArray> {
    const horizons = schema.horizons.filter((_, k) => ((this.#bits >> k) & 1) === 1);
    this.#bits = 0;
    return carryOver({ schema, entries: learner.numbers() }, teachingPlan(schema, horizons), learner, former);
  }

  exchange(io: StateIo): void {
    if (io.isRestoring ? io.has(UNTAUGHT) : this.areThere) this.#bits = io.number(UNTAUGHT, this.#bits);
  }
}
