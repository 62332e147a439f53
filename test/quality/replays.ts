import { join } from 'node:path';
import type { Measurement } from './block.ts';
import { createPool } from './pool.ts';
import { type Replayed, runReplay } from './replay.ts';

export interface Replays {
  readonly run: Measurement['replay'];
  /** Count and CPU time of all of them so far. */
  total(): { readonly count: number; readonly cpuSeconds: number };
}

interface ReplaysOptions {
  readonly jobs: number;
  /** Where their output goes. */
  readonly folder: string;
  /** The output is left there. */
  readonly keep: boolean;
  /** @param count replays so far */
  readonly onReplay?: (count: number) => void;
}

/** Replays in child processes, at most `jobs` at a time; what more than one block asks for is replayed once. */
export function createReplays({ jobs, folder, keep, onReplay }: ReplaysOptions): Replays {
  const inTurn = createPool(jobs);
  const shared = new Map<string, Promise<Replayed>>();
  let count = 0;
  let cpuSeconds = 0;
  return {
    run({ name, isShared = false, ...job }) {
      const key = JSON.stringify(job);
      const known = isShared ? shared.get(key) : undefined;
      if (known !== undefined) return known;
      const replayed = inTurn(async () => {
        const result = await runReplay({ ...job, out: join(folder, name), keep });
        cpuSeconds += result.cpuSeconds;
        count++;
        onReplay?.(count);
        return result;
      });
      if (isShared) shared.set(key, replayed);
      return replayed;
    },
    total: () => ({ count, cpuSeconds }),
  };
}
