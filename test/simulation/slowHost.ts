import type { Report } from '../../src/domain/events.ts';
import type { LearnerHost } from '../../src/domain/learnerHost.ts';
import { StepRow } from '../../src/domain/stepRow.ts';
import type { StreamId } from '../../src/domain/streamId.ts';
import { createInlineHost } from '../../src/hosts/inlineHost.ts';
import { strict } from '../support/lent.ts';
import { RoteLearner } from './simLearner.ts';
import type { World } from './world.ts';

interface SlowHostOptions {
  readonly world: World;
  /** Virtual time of a step. */
  readonly msPerStep: number;
  /** Steps that it may have and not have answered. */
  readonly maxSteps: number;
  /** Where its learners are put. */
  readonly learners: Map<StreamId, RoteLearner>;
  /** True once its process was killed: it does nothing any more. */
  readonly isDead: () => boolean;
  readonly report: Report;
}

/** The daemon's own host, whose steps take their time here, so that there is something to wait for. */
export function createSlowHost({ world, msPerStep, maxSteps, learners, isDead, report }: SlowHostOptions): LearnerHost {
  const inlineHost = createInlineHost({
    learnerFor: (stream, snapshot) => {
      const learner = new RoteLearner(stream, snapshot);
      learners.set(stream, learner);
      return learner;
    },
    report,
  });
  const inner = strict(inlineHost);
  let busyUntil = 0;
  let waiting = 0;
  /** In the order in which it was asked, and in its time. */
  const inTurn = <T>(steps: number, run: () => T): Promise<T> => {
    busyUntil = Math.max(busyUntil, world.now) + steps * msPerStep;
    waiting += steps;
    return new Promise((resolve) => {
      world.schedule(busyUntil - world.now, () => {
        waiting -= steps;
        if (!isDead()) resolve(run());
      });
    });
  };
  return {
    ...inner,
    get backlog() {
      return waiting;
    },
    push(batch) {
      if (waiting + batch.length > maxSteps)
        throw new Error(`${waiting} steps and ${batch.length} more for the learners`);
      const kept = batch.map((step) => StepRow.copyOf(step));
      void inTurn(kept.length, () => inner.push(kept));
    },
    instruct: (input) => void inTurn(0, () => inner.instruct(input)),
    evict: (stream) => void inTurn(0, () => inner.evict(stream)),
    // On a grid a stream may have to leave before its first step; a real one is not worth keeping then.
    snapshot: (stream) =>
      inTurn(0, () => inner.snapshot(stream)).then((bytes) => bytes ?? new RoteLearner(stream).snapshot()),
    restore: (stream, bytes) => inTurn(0, () => inner.restore(stream, bytes)).then((outcome) => outcome),
    drain: () => inTurn(0, () => undefined),
  };
}
