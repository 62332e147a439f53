import { describe, expect, it } from 'vitest';
import { loadMutant, occurrencesOf } from './mutantCopy.ts';
import { MUTANTS } from './mutants.ts';

/** All with TIDEGATE_MUTANTS=all; else some that are found soon. */
const QUICK = [
  'acknowledged before the commit',
  'the tail is not replayed',
  'order and grid of a restored stream begin anew',
];
const ONLY = process.env['TIDEGATE_MUTANTS'];
const SEEDS = ONLY === undefined ? 24 : 400;
/** Seeds of other simulations: of one whose every history has all its troubles, and of one whose histories are short. */
const MOST_SEEDS = { changes: 16, undone: 16, orders: 200, verdicts: 24 } as const;
const mutants = [...MUTANTS.entries()].filter(([, { name }]) =>
  ONLY === undefined ? QUICK.includes(name) : ONLY === 'all' || name.includes(ONLY),
);

interface Catch {
  readonly seed: number;
  readonly fault: string;
}

async function firstFault(number: number): Promise<Catch | undefined> {
  const mutant = MUTANTS[number];
  if (mutant === undefined) return undefined;
  const simulate = await loadMutant(mutant, number);
  const seeds = mutant.simulation === undefined ? SEEDS : Math.min(SEEDS, MOST_SEEDS[mutant.simulation]);
  for (let seed = 1; seed <= seeds; seed++) {
    try {
      const [fault] = (await simulate(seed)).faults;
      if (fault !== undefined) return { seed, fault };
    } catch (error) {
      return { seed, fault: String(error) };
    }
  }
  return undefined;
}

describe('errors in the code that keeps what is learned', () => {
  it('change a text that occurs once', () => {
    const others = MUTANTS.map((mutant) => `${mutant.name}: ${occurrencesOf(mutant)}`).filter(
      (line) => !line.endsWith(': 1'),
    );
    expect(others).toEqual([]);
  });

  it(`are noticed by the simulation: ${mutants.length} of ${MUTANTS.length}`, { timeout: 3_600_000 }, async () => {
    const missed: string[] = [];
    let noticed = 0;
    for (const [number, { name }] of mutants) {
      const caught = await firstFault(number);
      noticed += caught === undefined ? 0 : 1;
      if (caught === undefined) missed.push(name);
      console.log(`${name} | ${caught === undefined ? 'MISSED' : `seed ${caught.seed}`} | ${caught?.fault ?? ''}`);
    }
    console.log(`${noticed} of ${mutants.length} mutants were noticed`);
    expect(missed).toEqual([]);
  });
});
