import type { Submit } from '../domain/control.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Adoption } from '../domain/streamInput.ts';
import type { Clock } from '../domain/time.ts';
import type { AdoptionOutcome } from '../state/adoptions.ts';
import type { OpenDurableState } from '../state/durableState.ts';

export interface AdoptingParts {
  readonly durable: Pick<OpenDurableState, 'journal' | 'residency'>;
  readonly submit: Submit;
  readonly clock: Clock;
}

/** Lets a stream go on with another state. */
export type Adopt = (stream: StreamId, state: Uint8Array) => Promise<AdoptionOutcome>;

export function createAdopting({ durable, submit, clock }: AdoptingParts): Adopt {
  return async (stream, state) => {
    if (durable.journal.isFailing) return 'not-kept';
    const order: Adoption = { kind: 'command', stream, at: clock.now(), command: 'adopt' };
    const outcome = durable.residency.orders.adoptions.outcomeOf(order, { state: async () => state });
    // The outcome does not wait for a medium that refuses the order.
    void submit(order);
    return await outcome;
  };
}
