import type { RestoreOutcome } from '../../src/domain/learnerHost.ts';
import type { StreamMachinesOptions } from '../../src/hosts/stream/streamMachines.ts';
import { StreamMachines } from '../../src/hosts/stream/streamMachines.ts';

const NOWHERE = { restore: async (): Promise<RestoreOutcome> => 'restored', evict: (): void => undefined };

/** Machines whose learners need not be brought back. */
export function machinesOf(
  options: Omit<StreamMachinesOptions, 'learners' | 'isKept'> & Partial<StreamMachinesOptions>,
): StreamMachines {
  return new StreamMachines({ learners: NOWHERE, isKept: false, ...options });
}
