import { readdirSync, readFileSync } from 'node:fs';

/** CPU time of this thread and of others in milliseconds, as Linux counts it; the process's where it is not Linux. */
export function mainCpuMs(): number {
  return cpuMsOf(process.pid) ?? process.cpuUsage().user / 1000;
}

/** Ids of all threads of this process. */
export function threadIds(): readonly number[] {
  try {
    return readdirSync('/proc/self/task').map(Number);
  } catch {
    return [];
  }
}

export function cpuMsOf(thread: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return undefined;
  }
}
