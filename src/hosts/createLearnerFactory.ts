import type { SettingsOf } from '../domain/decode.ts';
import type { LearnerNews, Report } from '../domain/events.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { ModelSettings, StreamSettings } from '../domain/streamSettings.ts';
import type { DurationMs } from '../domain/time.ts';
import { type Kernel, KernelFullError, type KernelName, type KernelOptions } from '../kernel/kernel.ts';
import type { Learner } from '../learner/learner.ts';
import { StreamLearner } from '../learner/streamLearner.ts';
import { chooseKernel, createKernel } from './createKernel.ts';

export interface LearnersOptions extends KernelOptions {
  /** Time for which networks are put aside that changed settings have no place for, in sample time; 0: not at all. Default: a week. */
  readonly keepFormer?: DurationMs;
}

export interface LearnerFactory {
  /**
   * @param snapshot the state to go on from
   * @throws KernelFullError where there is no room for it, SnapshotError where the snapshot cannot be used
   */
  learnerFor(stream: StreamId, snapshot?: Uint8Array): Learner;
  /** A learner was freed: those that were refused may try again. */
  onFreed(): void;
}

/**
 * Makes the learner of a stream from its settings; streams that ask for the same kernel share one. Where a kernel is full,
 * streams with the settings that found no room are refused at once until a learner is freed: to build half a learner for
 * each of their messages would cost more than to learn from it.
 */
export function createLearnerFactory(
  settingsOf: SettingsOf,
  options?: LearnersOptions,
  report: Report = () => undefined,
): LearnerFactory {
  const kernels = new Map<KernelName, Kernel>();
  const refused = new Map<StreamSettings, KernelFullError>();

  function kernelOf(model: ModelSettings): Kernel {
    const name = chooseKernel(model);
    const kernel = kernels.get(name) ?? createKernel(model, options);
    kernels.set(name, kernel);
    return kernel;
  }

  return {
    learnerFor(stream, snapshot) {
      const settings = settingsOf(stream);
      const refusal = refused.get(settings);
      if (refusal !== undefined) throw refusal;
      try {
        const learner = new StreamLearner(kernelOf(settings.model), settings, snapshot, {
          tell: (news: LearnerNews) => report({ ...news, stream }),
          keptFor: options?.keepFormer,
        });
        if (learner.carried !== undefined) report({ type: 'StateCarriedOver', stream, ...learner.carried });
        return learner;
      } catch (error) {
        if (error instanceof KernelFullError) refused.set(settings, error);
        throw error;
      }
    },
    onFreed: () => refused.clear(),
  };
}
