import { expect, it } from 'vitest';
import { simulate } from './changes.ts';
import { seedsOf } from './seeds.ts';

const seeds = seedsOf(3, 4);

it(`a stream whose settings change from run to run goes on with all that it knows, with ${seeds.length} seeds`, {
  timeout: 3_600_000,
}, async () => {
  const failed: string[] = [];
  const fates = new Set<string>();
  for (const seed of seeds) {
    const { faults, carried } = await simulate(seed);
    for (const state of carried) fates.add(state);
    if (faults.length > 0) failed.push(`TIDEGATE_SEED=${seed}: ${faults.join('; ')}`);
  }
  expect(failed).toEqual([]);
  // All kinds of changes have happened.
  expect([...fates].sort()).toEqual(['adapted', 'grown', 'returned']);
});
