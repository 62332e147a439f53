import type { SettingsOf } from '../domain/decode.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { KernelChoice } from '../domain/streamSettings.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Learner } from '../learner/learner.ts';
import { StreamLearner } from '../learner/streamLearner.ts';
import { createKernel } from './createKernel.ts';

/** Makes the learner of a stream from its settings; streams that ask for the same kernel share one. */
export function createLearnerFactory(settingsOf: SettingsOf): (stream: StreamId) => Learner {
  const kernels = new Map<KernelChoice, Kernel>();
  return (stream) => {
    const settings = settingsOf(stream);
    const choice = settings.model.kernel;
    let kernel = kernels.get(choice);
    if (kernel === undefined) {
      kernel = createKernel(choice);
      kernels.set(choice, kernel);
    }
    return new StreamLearner(kernel, settings);
  };
}
