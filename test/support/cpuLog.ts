import { appendFileSync, readFileSync } from 'node:fs';
import { afterAll, expect } from 'vitest';

/** Milliseconds of a tick of the Linux kernel's accounts. */
const TICK_MS = 10;

/** CPU time of this process and of the programs that it has started and that have ended, in ms. Linux alone tells it. */
function cpuTimes(): { readonly own: number; readonly programs: number } {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  // The name of the process, in brackets, may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system, ...ofPrograms] = fields.slice(11, 15).map((ticks) => Number(ticks) * TICK_MS);
  return { own: (user ?? 0) + (system ?? 0), programs: ofPrograms.reduce((sum, ms) => sum + ms, 0) };
}

/** At the end of the test file, a line of JSON with its CPU and elapsed time in ms is added to the file. Its imports count. */
export function logCpu(file: string): void {
  const before = cpuTimes();
  const startedAt = performance.now();
  afterAll(() => {
    const { own, programs } = cpuTimes();
    const times = { own: own - before.own, programs: programs - before.programs };
    const line = { test: expect.getState().testPath, ...times, elapsed: Math.round(performance.now() - startedAt) };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
  });
}
