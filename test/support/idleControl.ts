import type { Control } from '../../src/domain/control.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import { LearningPauses } from '../../src/pipeline/learningPauses.ts';

/** Control of a daemon that knows no stream and keeps nothing. */
export function idleControl(changes: Partial<Control> = {}): Control {
  const now = () => toEpochMs(1_700_000_000_000);
  return {
    now,
    hasStream: () => false,
    submit: () => Promise.resolve(),
    submitHistory: () => Promise.resolve(),
    untilLearned: () => Promise.resolve(),
    learning: new LearningPauses({ clock: { now }, note: { read: () => undefined, write: () => false }, most: 10 }),
    keeping: undefined,
    log: { threshold: 'info', published: 'warning' },
    configuration: { reload: () => ({ live: [], streams: [], restart: [] }), restartRequired: [] },
    ...changes,
  };
}
