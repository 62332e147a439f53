import { TidegateError } from '../domain/errors.ts';
import { toStreamId } from '../domain/streamId.ts';
import type { StreamSettings } from '../domain/streamSettings.ts';
import { toDurationMs, toEpochMs } from '../domain/time.ts';
import type { KernelName } from '../kernel/kernel.ts';
import { StreamLearner } from '../learner/streamLearner.ts';
import { classRowBytesOf, mostClassRowBytes, withAllClasses } from './classRows.ts';
import { createKernel } from './createKernel.ts';

/** Cost of one stream on this machine. */
export interface StreamCost {
  readonly kernel: KernelName;
  /** Size of the whole state, in memory as on the medium; with classes once all the labelled rows are there that it will ever keep. */
  readonly bytes: number;
  /** CPU time per reading, learning included. */
  readonly microseconds: number;
}

const WARM_UP_STEPS = 200;
const MEASURED_STEPS = 400;
const LABEL_EVERY = 20;

/**
 * Makes a learner, lets it learn a little, and measures: so the figures cannot drift from the truth.
 * @throws TidegateError TG_KERNEL_SHAPE where the kernel cannot hold the network
 */
export function estimateCost(asked: StreamSettings): StreamCost {
  const settings = withAllClasses(asked);
  const kernel = createKernel(settings.model);
  try {
    const learner = new StreamLearner(kernel, settings);
    const inputs = Array.from({ length: settings.exogenous }, (_, i) => 7 * i);
    const classes = settings.classify?.classes;
    const names = classes === undefined || classes === 'open' ? [] : classes;
    const run = (from: number, count: number): void => runSteps(learner, inputs, names, { from, count });
    run(0, WARM_UP_STEPS);
    const before = process.cpuUsage();
    run(WARM_UP_STEPS, MEASURED_STEPS);
    const { user, system } = process.cpuUsage(before);
    const snapshot = learner.snapshot();
    learner.free();
    const bytes = snapshot.length - classRowBytesOf(snapshot) + mostClassRowBytes(settings);
    return { kernel: kernel.name, bytes, microseconds: (user + system) / MEASURED_STEPS };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new TidegateError('TG_KERNEL_SHAPE', cause.message, { cause });
  }
}

/** @param offsets of each input from the value @param classes one reading in twenty is labelled with one of these */
function runSteps(
  learner: StreamLearner,
  offsets: readonly number[],
  classes: readonly string[],
  { from, count }: { readonly from: number; readonly count: number },
): void {
  const stream = toStreamId('estimate', undefined);
  for (let i = from; i < from + count; i++) {
    const value = (i * 7919) % 101;
    const inputs = offsets.map((offset) => value + offset);
    const at = toEpochMs(i * 60_000);
    learner.step({ stream, at, zoneOffset: toDurationMs(0), value, inputs });
    learner.learn();
    const label = i % LABEL_EVERY === 0 ? classes[(i / LABEL_EVERY) % classes.length] : undefined;
    if (label !== undefined) learner.instruct({ kind: 'label', stream, at, from: at, to: at, label });
  }
}
