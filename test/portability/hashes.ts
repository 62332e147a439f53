import { kernelHashes } from './kernelHashes.ts';
import { KERNELS } from './kernels.ts';
import { learnerHashes } from './learnerHashes.ts';
import { mathHashes } from './mathHashes.ts';

type Hashes = Readonly<Record<string, string>>;

export interface AllHashes {
  /** Must be the same everywhere: names to hashes. */
  readonly portable: Hashes;
  /** Hashes of kernels that promise the same numbers on one kind of machine only. */
  readonly reported: Hashes;
}

/** SHA-256 of all that this runtime computes: elementary functions, kernels, whole learners. */
export function allHashes(): AllHashes {
  const portable: Record<string, string> = mathHashes();
  const reported: Record<string, string> = {};
  for (const { name, create, isPortable } of KERNELS) {
    const kernel = create();
    if (kernel === undefined) continue;
    Object.assign(isPortable ? portable : reported, kernelHashes(name, kernel), learnerHashes(name, kernel));
  }
  return { portable, reported };
}
