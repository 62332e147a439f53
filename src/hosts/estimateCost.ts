import { TidegateError } from '../domain/errors.ts';
import { toStreamId } from '../domain/streamId.ts';
import type { StreamSettings } from '../domain/streamSettings.ts';
import { toDurationMs, toEpochMs } from '../domain/time.ts';
import type { KernelName } from '../kernel/kernel.ts';
import { StreamLearner } from '../learner/streamLearner.ts';
import { createKernel } from './createKernel.ts';

/** Cost of one stream on this machine. */
export interface StreamCost {
  readonly kernel: KernelName;
  /** Size of the whole state. */
  readonly bytes: number;
  /** CPU time per reading, learning included. */
  readonly microseconds: number;
}

const WARM_UP_STEPS = 200;
const MEASURED_STEPS = 400;

/**
 * Makes a learner, lets it learn a little, and measures: so the figures cannot drift from the truth.
 * @throws TidegateError TG_KERNEL_SHAPE where the kernel cannot hold the network
 */
export function estimateCost(settings: StreamSettings): StreamCost {
  const kernel = createKernel(settings.model);
  try {
    const learner = new StreamLearner(kernel, settings);
    const inputs = Array.from({ length: settings.exogenous }, (_, i) => 7 * i);
    const run = (from: number, count: number): void => runSteps(learner, inputs, from, count);
    run(0, WARM_UP_STEPS);
    const before = process.cpuUsage();
    run(WARM_UP_STEPS, MEASURED_STEPS);
    const { user, system } = process.cpuUsage(before);
    const bytes = learner.snapshot().length;
    learner.free();
    return { kernel: kernel.name, bytes, microseconds: (user + system) / MEASURED_STEPS };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new TidegateError('TG_KERNEL_SHAPE', cause.message, { cause });
  }
}

/** @param offsets of each input from the value */
function runSteps(learner: StreamLearner, offsets: readonly number[], from: number, count: number): void {
  const stream = toStreamId('estimate', undefined);
  for (let i = from; i < from + count; i++) {
    const value = (i * 7919) % 101;
    const inputs = offsets.map((offset) => value + offset);
    learner.step({ stream, at: toEpochMs(i * 60_000), zoneOffset: toDurationMs(0), value, inputs });
    learner.learn();
  }
}
