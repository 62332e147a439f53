import { describe, expect, it } from 'vitest';
import { seedsOf } from './seeds.ts';
import { simulate } from './simulate.ts';

/** One seed of each kind of life, at two brokers. */
const seeds = seedsOf([3, 5, 6, 7, 8, 10, 11, 13]);
/** Hash of the history of each seed that was simulated. */
const traces = new Map<number, number>();

describe('an hour of crashes, broken connections, full disks and bursts', () => {
  it(`loses nothing, takes nothing twice and forgets nothing, with ${seeds.length} seeds`, {
    timeout: 3_600_000,
  }, async () => {
    const sums = {
      published: 0,
      kills: 0,
      stops: 0,
      rotten: 0,
      spoiled: 0,
      outages: 0,
      removed: 0,
      redelivered: 0,
      recalled: 0,
      thinned: 0,
      taught: 0,
      obeyed: 0,
      missing: 0,
    };
    const failed: string[] = [];
    for (const seed of seeds) {
      const outcome = await simulate(seed).catch((error: unknown) => String(error));
      if (typeof outcome === 'string') {
        failed.push(`TIDEGATE_SEED=${seed}: ${outcome}`);
        console.log(failed.at(-1));
        continue;
      }
      traces.set(seed, outcome.trace);
      // One seed that fails does not hide the others.
      if (outcome.faults.length > 0) {
        failed.push(`TIDEGATE_SEED=${seed} (${outcome.kind}): ${outcome.faults.join('; ')}`);
        console.log(failed.at(-1));
      }
      for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += outcome[key];
    }
    console.log('simulated:', JSON.stringify(sums));
    expect(failed).toEqual([]);
    if (seeds.length === 1) return;
    // That the troubles have happened at all.
    expect(sums.kills).toBeGreaterThan(5 * seeds.length);
    expect(sums.outages).toBeGreaterThan(seeds.length / 5);
    expect(sums.rotten).toBeGreaterThan(seeds.length / 5);
    expect(sums.removed).toBeGreaterThan(seeds.length / 8);
    expect(sums.redelivered).toBeGreaterThan(seeds.length);
    expect(sums.recalled).toBeGreaterThan(seeds.length);
    expect(sums.thinned).toBeGreaterThan(0);
    expect(sums.taught).toBeGreaterThan(seeds.length);
    expect(sums.obeyed).toBeGreaterThan(seeds.length);
  });

  it('has the same history each time for the same seed', async () => {
    const traceOf = async (seed: number): Promise<number> => traces.get(seed) ?? (await simulate(seed)).trace;
    const { trace } = await simulate(8);
    expect(trace).toBe(await traceOf(8));
    expect(trace).not.toBe(await traceOf(10));
  });
});
