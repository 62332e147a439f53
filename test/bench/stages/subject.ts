import { type AllocationSite, measureAllocation } from './allocation.ts';
import { openPath } from './path.ts';
import { PathLoad } from './pathLoad.ts';
import type { Stage } from './stage.ts';

// One path in a process of its own, so that what the compiler knows of it is of this path alone. It measures its own CPU time.

export interface SubjectOptions {
  readonly last: Stage;
  readonly streams: number;
  readonly model: string;
}

/** Messages to the process. `allocation` counts bytes in place of CPU time. */
export interface Ask {
  readonly kind: 'time' | 'allocation';
  readonly messages: number;
}

export interface Answer {
  readonly messages: number;
  /** CPU time of the process, in µs. */
  readonly cpu: number;
  /** Allocated bytes; 0 where they were not asked for. */
  readonly bytes: number;
  readonly sites: readonly AllocationSite[];
}

const options: SubjectOptions = JSON.parse(process.argv[2]!);
const path = await openPath(options);
const load = new PathLoad(path, options.streams);

async function answer({ kind, messages }: Ask): Promise<Answer> {
  let driven = 0;
  const before = process.cpuUsage();
  const drive = async (): Promise<void> => {
    driven = await load.drive(messages);
  };
  const allocation = kind === 'allocation' ? await measureAllocation(drive) : undefined;
  if (allocation === undefined) await drive();
  const { user, system } = process.cpuUsage(before);
  return { messages: driven, cpu: user + system, bytes: 0, sites: [], ...allocation };
}

process.on('message', (ask: Ask) => {
  answer(ask).then(
    (answered) => process.send!(answered),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());
process.send!('ready');
