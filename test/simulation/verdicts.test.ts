import { expect, it } from 'vitest';
import { simulate } from './verdicts.ts';

/** More with TIDEGATE_SEEDS; a single one with TIDEGATE_SEED. */
const SEEDS = Number(process.env['TIDEGATE_SEEDS'] ?? 24);
const ONLY = process.env['TIDEGATE_SEED'];
const seeds = ONLY === undefined ? Array.from({ length: SEEDS }, (_, i) => i + 1) : [Number(ONLY)];

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
