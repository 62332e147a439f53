import { exp, expm1 } from '../../src/kernel/math/exp.ts';
import { log } from '../../src/kernel/math/log.ts';
import { logErfc } from '../../src/kernel/math/logErfc.ts';
import { sigmoid } from '../../src/kernel/math/sigmoid.ts';
import { cos, sin } from '../../src/kernel/math/sinCos.ts';
import { tanh } from '../../src/kernel/math/tanh.ts';
import { createRandom } from '../../src/kernel/random.ts';
import { NumberHash } from './numberHash.ts';

const POINTS = 2000;

interface Probed {
  readonly f: (x: number) => number;
  readonly low: number;
  readonly high: number;
}

const FUNCTIONS: Readonly<Record<string, Probed>> = {
  exp: { f: exp, low: -750, high: 720 },
  expm1: { f: expm1, low: -40, high: 40 },
  log: { f: log, low: -1, high: 1e6 },
  logErfc: { f: logErfc, low: -30, high: 30 },
  sigmoid: { f: sigmoid, low: -40, high: 40 },
  sin: { f: sin, low: -1e5, high: 1e5 },
  cos: { f: cos, low: -1e5, high: 1e5 },
  tanh: { f: tanh, low: -20, high: 20 },
};

const EDGES = [0, -0, 1, -1, 5e-324, 1e-300, 1e300, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];

/** One hash per elementary function, so that a difference further up can be told from one down here. */
export function mathHashes(): Record<string, string> {
  return Object.fromEntries(Object.entries(FUNCTIONS).map(([name, probed]) => [`math/${name}`, hashOf(probed)]));
}

function hashOf({ f, low, high }: Probed): string {
  const hash = new NumberHash();
  const random = createRandom(7);
  for (const x of EDGES) hash.number(f(x));
  for (let n = 0; n < POINTS; n++) {
    hash.number(f(random.uniform(low, high)));
    hash.number(f(random.uniform(-1, 1)));
  }
  return hash.digest();
}
