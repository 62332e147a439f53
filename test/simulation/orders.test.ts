import { expect, it } from 'vitest';
import { simulate } from './orders.ts';
import { seedsOf } from './seeds.ts';

const seeds = seedsOf(24);

it(`requests hold and go back to the byte, whenever the process is killed, with ${seeds.length} seeds`, {
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
  if (seeds.length > 1)
    expect([...seen]).toEqual(expect.arrayContaining(['beyond', 'done', 'missed', 'nothing', 'refused']));
});
