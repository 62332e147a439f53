import { expect, it } from 'vitest';
import { simulate } from './changes.ts';

/** More with TIDEGATE_SEEDS; a single one with TIDEGATE_SEED. */
const SEEDS = Math.ceil(Number(process.env['TIDEGATE_SEEDS'] ?? 12) / 4);
const ONLY = process.env['TIDEGATE_SEED'];
const seeds = ONLY === undefined ? Array.from({ length: SEEDS }, (_, i) => i + 1) : [Number(ONLY)];

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
