import { TidegateError } from '../domain/errors.ts';
import type { StreamSettings } from '../domain/streamSettings.ts';
import type { KernelName } from '../kernel/kernel.ts';
import { StreamLearner } from '../learner/streamLearner.ts';
import { createKernel } from './createKernel.ts';

/**
 * What one stream with these settings takes: the size of the whole state of a learner that is really made, so it cannot
 * drift from the truth. @throws TidegateError TG_KERNEL_SHAPE where the kernel cannot hold it
 */
export function estimateMemory(settings: StreamSettings): { readonly bytes: number; readonly kernel: KernelName } {
  const kernel = createKernel(settings.model.kernel);
  try {
    const learner = new StreamLearner(kernel, settings);
    const bytes = learner.snapshot().length;
    learner.free();
    return { bytes, kernel: kernel.name };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new TidegateError('TG_KERNEL_SHAPE', cause.message, { cause });
  }
}
