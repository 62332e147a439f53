import { expect, it } from 'vitest';
import { seedsOf } from './seeds.ts';
import { simulate } from './undone.ts';

const seeds = seedsOf(24);

it(`streams go back to the byte, and go on from there, with ${seeds.length} seeds`, {
  timeout: 3_600_000,
}, async () => {
  const failed: string[] = [];
  const seen = new Set<string>();
  for (const seed of seeds) {
    const { faults, outcomes } = await simulate(seed);
    for (const outcome of outcomes) seen.add(outcome);
    if (faults.length > 0) failed.push(`TIDEGATE_SEED=${seed}: ${faults.join('; ')}`);
  }
  expect(failed).toEqual([]);
  // All that can become of an order has become of one.
  if (seeds.length > 1) expect([...seen]).toEqual(expect.arrayContaining(['beyond', 'done', 'nothing', 'adopted']));
});
