import type { Config } from '../config/config.ts';
import { TidegateError } from '../domain/errors.ts';
import type { StreamSettings } from '../domain/streamSettings.ts';
import { type Kernel, KernelFullError, type KernelName } from '../kernel/kernel.ts';
import { StreamLearner } from '../learner/streamLearner.ts';
import { chooseKernel, createKernel } from './createKernel.ts';
import { threadCount } from './threadCount.ts';

/** Bytes for each kernel: `limits.memory` in equal parts for each thread, and there for each kernel that the streams name. */
export function memoryOfKernel({ threads, streams, limits }: Pick<Config, 'threads' | 'streams' | 'limits'>): number {
  const kernels = new Set(streams.map(({ settings }) => chooseKernel(settings.model))).size;
  return Math.floor(limits.memory / Math.max(1, threadCount(threads)) / Math.max(1, kernels));
}

/**
 * Makes sure that the networks of every entry of the configuration fit, in kind and in size: before anything connects.
 * @throws TidegateError TG_KERNEL_SHAPE with what does not fit, TG_KERNEL_MISSING
 */
export function checkMemory(config: Config): void {
  const { streams } = config;
  const names = streams.map(({ settings }, i) => within(placeOf(config, i), () => chooseKernel(settings.model)));
  const limit = memoryOfKernel(config);
  const kernels = new Map<KernelName, Kernel>();
  const fitting = new Set<string>();
  for (const [i, { settings }] of streams.entries()) {
    const key = JSON.stringify([settings.horizons, settings.exogenous, settings.model, settings.classify]);
    if (fitting.has(key)) continue;
    fitting.add(key);
    const name = names[i];
    const kernel = kernels.get(name) ?? createKernel(settings.model);
    kernels.set(name, kernel);
    const misfit = findMisfit(kernel, settings, limit);
    if (misfit === undefined) continue;
    throw new TidegateError('TG_KERNEL_SHAPE', `${placeOf(config, i)}: ${misfit}`);
  }
}

function placeOf({ file, streams }: Config, i: number): string {
  return `${file}: streams[${i}] (${streams[i]?.topic})`;
}

/** Says of an error where it comes from. */
function within<T>(place: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof TidegateError) throw new TidegateError(error.code, `${place}: ${error.message}`);
    throw error;
  }
}

/** Why no learner with these settings can be, however few others there are. */
function findMisfit(kernel: Kernel, settings: StreamSettings, limit: number): string | undefined {
  try {
    const learner = new StreamLearner(kernel, settings);
    const bytes = kernel.usedBytes;
    learner.free();
    if (bytes <= limit) return undefined;
    return `a stream takes ${toKib(bytes)} KiB for its networks; limits.memory leaves ${toKib(limit)} KiB on one thread`;
  } catch (error) {
    if (error instanceof RangeError || error instanceof KernelFullError) return error.message;
    throw error;
  }
}

function toKib(bytes: number): number {
  return Math.ceil(bytes / 1024);
}
