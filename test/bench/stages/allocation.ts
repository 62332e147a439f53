import type { HeapProfiler, Runtime } from 'node:inspector';
import { Session } from 'node:inspector/promises';
import { median } from '../report.ts';

/** A place in the source and the bytes that were allocated there. */
export interface AllocationSite {
  /** Function, file and line. */
  readonly place: string;
  readonly bytes: number;
}

export interface Allocation {
  /** Bytes of JavaScript's heap, short-lived objects included. */
  readonly bytes: number;
  /** Most bytes first. */
  readonly sites: readonly AllocationSite[];
}

/** Bytes between two samples, on average: a few hundred thousand messages give a figure that is sure to about half a percent. */
const INTERVAL = 2048;

/** Counts what `run` allocates on the heap of this thread, by samples; backing stores of buffers do not count. */
export async function measureAllocation(run: () => Promise<unknown>): Promise<Allocation> {
  const session = new Session();
  session.connect();
  try {
    await session.post('HeapProfiler.enable');
    await session.post('HeapProfiler.startSampling', {
      samplingInterval: INTERVAL,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    } as HeapProfiler.StartSamplingParameterType);
    await run();
    const { profile } = await session.post('HeapProfiler.stopSampling');
    return summarize(profile.head);
  } finally {
    session.disconnect();
  }
}

function summarize(head: HeapProfiler.SamplingHeapProfileNode): Allocation {
  const sites = new Map<string, number>();
  let bytes = 0;
  const walk = ({ callFrame, selfSize, children }: HeapProfiler.SamplingHeapProfileNode, caller: string): void => {
    const place = placeOf(callFrame, caller);
    bytes += selfSize;
    if (selfSize > 0) sites.set(place, (sites.get(place) ?? 0) + selfSize);
    for (const child of children) walk(child, place);
  };
  walk(head, 'the root');
  const sorted = [...sites].map(([place, size]) => ({ place, bytes: size })).sort((a, b) => b.bytes - a.bytes);
  return { bytes, sites: sorted };
}

/** A function of the engine's own has no file: its caller stands for it. */
function placeOf({ functionName, url, lineNumber }: Runtime.CallFrame, caller: string): string {
  const name = functionName || '(anonymous)';
  return url === '' ? `${name} in ${caller}` : `${name} ${url.slice(url.lastIndexOf('/') + 1)}:${lineNumber + 1}`;
}

/** Chunks between two looks at the heap. */
const BLOCKS = 16;

/**
 * Bytes of JavaScript's heap per message, exact but for what the profiler's figure has too: the median of blocks during which
 * nothing was collected. Costs nothing beside the messages.
 * @param drive passes some messages; answers with their number
 */
export async function measureHeapGrowth(drive: () => Promise<number>): Promise<number> {
  const growths: number[] = [];
  for (let block = 0; block < BLOCKS; block++) {
    const before = process.memoryUsage().heapUsed;
    const messages = await drive();
    const growth = process.memoryUsage().heapUsed - before;
    // Less than nothing: something was collected.
    if (growth > 0) growths.push(growth / messages);
  }
  if (growths.length < BLOCKS / 4) throw new Error('too few blocks without a collection');
  return median(growths);
}
