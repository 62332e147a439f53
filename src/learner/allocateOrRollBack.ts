import type { Kernel } from '../kernel/kernel.ts';

/**
 * Builds something that takes memory of a kernel in several steps. Where one of them fails, what the steps before it took
 * is given back: a full kernel must not lose room to what never came to be.
 */
export function allocateOrRollBack<Built>(kernel: Kernel, build: (kernel: Kernel) => Built): Built {
  const made: { free(): void }[] = [];
  const recording: Kernel = Object.create(kernel, {
    createNet: { value: (shape: Parameters<Kernel['createNet']>[0]) => keep(kernel.createNet(shape)) },
    createLinearModel: { value: (size: number) => keep(kernel.createLinearModel(size)) },
  });
  function keep<Part extends { free(): void }>(part: Part): Part {
    made.push(part);
    return part;
  }
  try {
    return build(recording);
  } catch (error) {
    for (const part of made) part.free();
    throw error;
  }
}
