import { readFileSync } from 'node:fs';
import { createRandom } from '../../../src/kernel/random.ts';

type Real = (x: number) => number;

/** Largest |f − wanted| / |wanted| (or absolute, where `absolute`) over a dense grid and as many random points. */
export function worstError(f: Real, wanted: Real, low: number, high: number, absolute = false): number {
  const n = 20_000;
  const random = createRandom(99);
  let worst = 0;
  for (let j = 0; j <= n; j++) {
    for (const x of [low + ((high - low) * j) / n, random.uniform(low, high)]) {
      worst = Math.max(worst, errorOf(f(x), wanted(x), absolute));
    }
  }
  return worst;
}

/** The same over the high-precision values of test/golden/functions.json. */
export function worstGoldenError(name: string, f: Real, absolute = false): number {
  const golden = JSON.parse(readFileSync(new URL('../../golden/functions.json', import.meta.url), 'utf8')) as Record<
    string,
    [number, number][]
  >;
  const points = golden[name];
  if (points.length < 100) throw new Error(`too few golden points for ${name}`);
  return points.reduce((worst, [x, wanted]) => Math.max(worst, errorOf(f(x), wanted, absolute)), 0);
}

function errorOf(value: number, wanted: number, absolute: boolean): number {
  if (value === wanted) return 0;
  return Math.abs(value - wanted) / (absolute ? 1 : Math.abs(wanted));
}
