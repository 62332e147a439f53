import { expect, it } from 'vitest';
import { seedsOf } from './seeds.ts';
import { simulate } from './verdicts.ts';

const seeds = seedsOf(24);

it(`verdicts hold for every pattern, whenever the process is killed, with ${seeds.length} seeds`, {
  timeout: 3_600_000,
}, async () => {
  const failed: string[] = [];
  for (const seed of seeds) {
    const { name, faults } = await simulate(seed);
    if (faults.length > 0) failed.push(`TIDEGATE_SEED=${seed} (${name}): ${faults.join('; ')}`);
  }
  expect(failed).toEqual([]);
});
