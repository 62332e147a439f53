import type { Submit, TimeSpan, Undoing, Undone } from '../domain/control.ts';
import { StoreError } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Omission } from '../domain/streamInput.ts';
import type { Clock, EpochMs } from '../domain/time.ts';
import { type Omissible, type OmissionPlan, planSpan, planUndo } from '../state/omissionPlan.ts';
import type { PastInputs } from '../state/pastInputs.ts';

export interface UndoingParts {
  readonly past: Pick<PastInputs, 'plan' | 'outcomeOf' | 'isFailing'>;
  readonly submit: Submit;
  readonly clock: Clock;
}

/** Plans what is to be omitted by what the journal has, and gives the order. */
export function createUndoing({ past, submit, clock }: UndoingParts): Undoing {
  // Each holds the state of its stream, and the journal of it, in memory.
  let before: Promise<unknown> = Promise.resolve();

  function requireMedium(): void {
    if (past.isFailing) throw new StoreError('failed', 'the medium takes nothing now');
  }

  async function inTurn(run: () => Promise<Undone>): Promise<Undone> {
    requireMedium();
    const mine = before.then(run);
    before = mine.catch(() => undefined);
    return mine;
  }

  async function goBack(stream: StreamId, since: EpochMs, plan: (found: Omissible) => OmissionPlan): Promise<Undone> {
    requireMedium();
    const planned = await past.plan(stream, since, plan);
    if (planned.kind !== 'omit') return planned;
    const { first, last, inputs } = planned;
    // An order that the medium has refused waits there for the next start: it is given until it is done, or known to be missed.
    for (;;) {
      const order: Omission = { kind: 'command', stream, at: clock.now(), command: 'omit', first, last };
      const outcome = past.outcomeOf(order);
      const isTaken = submit(order);
      const reached = await outcome;
      if (reached === 'refused') continue;
      await isTaken;
      return reached === 'omitted' ? { kind: 'done', inputs } : { kind: 'missed' };
    }
  }

  return {
    undo: (stream: StreamId, since: EpochMs) => inTurn(() => goBack(stream, since, (found) => planUndo(found, since))),
    omit: (stream: StreamId, span: TimeSpan) =>
      inTurn(() => goBack(stream, span.from, (found) => planSpan(found, span))),
  };
}
