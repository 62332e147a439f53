import type { Kernel, LinearModel, LinearOptions } from '../../src/kernel/kernel.ts';
import { createRandom } from '../../src/kernel/random.ts';
import type { NumberHash } from './numberHash.ts';

/** A bound that is reached: the last feature moves only now and then. */
const OPTIONS: LinearOptions = { forgetting: 0.98, errorBound: 2, gainBound: 20 };
const ROWS = 300;

/** A linear model's life: noisy targets, a wild one, one that is no number, a move to another model half way. */
export function hashLinearModel(hash: NumberHash, kernel: Kernel, size: number): void {
  const random = createRandom(31);
  let model = kernel.createLinearModel(size);
  const f = new Float64Array(size);
  for (let t = 0; t < ROWS; t++) {
    if (t === ROWS / 2) model = moved(kernel, model);
    for (let i = 0; i < size; i++) f[i] = random.uniform(-1, 1);
    if (t % 50 !== 0) f[size - 1] = 0;
    const target = targetAt(t, f[0] - 0.3 * f[size >> 1] + random.uniform(-0.1, 0.1));
    hash.number(model.predict(f));
    hash.number(Number(model.update(f, target, OPTIONS)));
  }
  const { weights, P } = model.save();
  hash.numbers(weights);
  hash.numbers(P);
  model.free();
}

function targetAt(t: number, usual: number): number {
  if (t === 100) return 1e4;
  return t === 200 ? Number.NaN : usual;
}

function moved(kernel: Kernel, model: LinearModel): LinearModel {
  const next = kernel.createLinearModel(model.size);
  next.load(model.save());
  model.free();
  return next;
}
