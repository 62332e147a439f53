import type { Kernel } from '../../src/kernel/kernel.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';

export interface CountingKernel extends Kernel {
  readonly made: number;
  /** Nets that were made and not freed. */
  readonly alive: number;
}

/** The plain kernel with room for `room` nets. */
export function createCountingKernel(room: number, full: () => Error = () => new Error('full')): CountingKernel {
  const kernel = createPlainKernel();
  let made = 0;
  let alive = 0;
  return {
    ...kernel,
    get made() {
      return made;
    },
    get alive() {
      return alive;
    },
    createNet(shape) {
      if (alive >= room) throw full();
      const net = kernel.createNet(shape);
      const free = net.free.bind(net);
      made++;
      alive++;
      net.free = () => {
        alive--;
        net.free = free;
        free();
      };
      return net;
    },
  };
}
