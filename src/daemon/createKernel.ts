import type { KernelChoice } from '../domain/streamSettings.ts';
import type { Kernel, KernelOptions } from '../kernel/kernel.ts';
import { createPlainKernel } from '../kernel/plain/plainKernel.ts';

/** The kernel that the configuration asks for; `auto` takes the fastest that this machine can run. */
export function createKernel(choice: KernelChoice, options?: KernelOptions): Kernel {
  switch (choice) {
    case 'auto':
    case 'plain':
      return createPlainKernel(options);
  }
}
