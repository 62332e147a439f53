import { readdirSync, readFileSync } from 'node:fs';

/** CPU time in µs that the threads of a process have had so far. @throws Error where there is no `/proc` of Linux, or no such process */
export function cpuOf(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) nanoseconds += timeOf(`/proc/${pid}/task/${thread}/schedstat`);
  return nanoseconds / 1000;
}

/** A thread may end between the listing and this: what it had is lost to the sum, as it is to the next one. */
function timeOf(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8').split(' ')[0]);
  } catch {
    return 0;
  }
}

/** Resident memory of a process in bytes, in all and without pages of files. */
export function memoryOf(pid: number): { readonly resident: number; readonly anonymous: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
  return { resident: kib('VmRSS'), anonymous: kib('RssAnon') };
}
