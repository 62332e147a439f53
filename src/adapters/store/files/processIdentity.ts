import { readFileSync } from 'node:fs';

/** Which process it was: a pid alone is given again, and after a restart of the machine so are pid and start time. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from the machine's start to the process's; null where the system does not tell. */
  readonly start: string | null;
  /** Identity of this run of the machine. */
  readonly boot: string | null;
}

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, start: startOf(process.pid), boot: bootId() };
}

/** @returns whether that very process is still there */
export function isAlive({ pid, start, boot }: ProcessIdentity): boolean {
  if (boot !== bootId()) return false;
  if (start !== startOf(pid)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not ours to signal, but there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat. The command before it is in brackets and may hold anything, brackets and spaces too. */
function startOf(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function bootId(): string | null {
  return read('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
