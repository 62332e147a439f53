import type { Config } from '../config/config.ts';
import { TidegateError } from '../domain/errors.ts';
import type { KernelChoice, StreamSettings } from '../domain/streamSettings.ts';
import { type Kernel, KernelFullError } from '../kernel/kernel.ts';
import { StreamLearner } from '../learner/streamLearner.ts';
import { chooseKernel, createKernel } from './createKernel.ts';
import { threadCount } from './threadCount.ts';

/** Bytes for each kernel: `limits.memory` in equal parts for each thread, and there for each kernel that the streams name. */
export function memoryOfKernel({ threads, streams, limits }: Pick<Config, 'threads' | 'streams' | 'limits'>): number {
  const kernels = new Set(streams.map(({ settings }) => chooseKernel(settings.model.kernel))).size;
  return Math.floor(limits.memory / Math.max(1, threadCount(threads)) / Math.max(1, kernels));
}

/**
 * Makes sure that the networks of every entry of the configuration fit: before anything connects.
 * @throws TidegateError TG_KERNEL_SHAPE with the memory that is needed
 */
export function checkMemory(config: Config): void {
  const { file, streams } = config;
  const limit = memoryOfKernel(config);
  const kernels = new Map<KernelChoice, Kernel>();
  const fitting = new Set<string>();
  for (const [i, { topic, settings }] of streams.entries()) {
    const key = JSON.stringify([settings.horizons, settings.exogenous, settings.model]);
    if (fitting.has(key)) continue;
    fitting.add(key);
    const choice = settings.model.kernel;
    const kernel = kernels.get(choice) ?? createKernel(choice);
    kernels.set(choice, kernel);
    const misfit = findMisfit(kernel, settings, limit);
    if (misfit === undefined) continue;
    throw new TidegateError('TG_KERNEL_SHAPE', `${file}: streams[${i}] (${topic}): ${misfit}`);
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
