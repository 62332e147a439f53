import type { Control } from '../../src/domain/control.ts';
import type { OptionControl } from '../../src/domain/optionControl.ts';
import type { Reloaded } from '../../src/domain/reloaded.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import { LearningPauses } from '../../src/pipeline/learningPauses.ts';

const NOTHING: Reloaded = { live: [], streams: [], topics: [], link: [], restart: [] };

/** Options of a configuration that has none, and takes any change without one. */
export function idleOptions(changes: Partial<OptionControl> = {}): OptionControl {
  const outcome = { ...NOTHING, isPersistent: false };
  return {
    options: () => [],
    revision: '0',
    unsaved: [],
    change: () => outcome,
    addEntry: () => outcome,
    removeEntry: () => outcome,
    rename: () => outcome,
    saveAll: () => outcome,
    ...changes,
  };
}

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
    streams: () => [],
    keeping: undefined,
    folder: undefined,
    exchange: undefined,
    undoing: undefined,
    renaming: undefined,
    log: { threshold: 'info', published: 'warning' },
    configuration: { reload: () => NOTHING, restartRequired: [], options: idleOptions() },
    ...changes,
  };
}
