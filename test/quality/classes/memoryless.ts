import type { ClassSeries, ToldLabel } from './classSeries.ts';

const RATE = 0.3;

/**
 * Softmax regression on each row alone, learned online by AdaGrad: level and logarithm of each field, standardised as they go.
 * Own arithmetic, none of the learner's. @returns (T) its answers, −1 before the first label
 */
export function memoryless({ rows, classes }: ClassSeries, labels: readonly ToldLabel[]): Int8Array {
  const fields = (rows[0] as readonly number[]).length;
  const F = 2 * fields + 1;
  const weights = classes.map(() => new Float64Array(F));
  const squares = classes.map(() => new Float64Array(F));
  const scales = Array.from({ length: 2 * fields }, () => new RunningScale());
  const seen: Float64Array[] = [];
  const answers = new Int8Array(rows.length).fill(-1);
  let next = 0;
  rows.forEach((values, row) => {
    const x = new Float64Array(F);
    x[F - 1] = 1;
    values.forEach((value, i) => {
      const [level, logarithm] = [scales[2 * i]!, scales[2 * i + 1]!];
      x[2 * i] = level.standardise(value);
      x[2 * i + 1] = logarithm.standardise(Math.sign(value) * Math.log(1 + Math.abs(value) / (0.01 * level.deviation)));
    });
    seen.push(x);
    if (next > 0) answers[row] = likeliest(probabilities(weights, x));
    for (let told = labels[next]; told !== undefined && told.toldAt <= row; told = labels[++next]) {
      const f = seen[told.row]!;
      const p = probabilities(weights, f);
      p.forEach((probability, c) => {
        const error = probability - (c === told.label ? 1 : 0);
        const [w, sums] = [weights[c]!, squares[c]!];
        for (let k = 0; k < F; k++) {
          const gradient = error * f[k]!;
          sums[k] = sums[k]! + gradient * gradient;
          if (gradient !== 0) w[k] = w[k]! - (RATE * gradient) / Math.sqrt(sums[k]!);
        }
      });
    }
  });
  return answers;
}

function probabilities(weights: readonly Float64Array[], x: Float64Array): number[] {
  const logits = weights.map((w) => w.reduce((sum, weight, k) => sum + weight * x[k]!, 0));
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const total = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / total);
}

function likeliest(p: readonly number[]): number {
  return p.indexOf(Math.max(...p));
}

class RunningScale {
  #count = 0;
  #mean = 0;
  #variance = 0;

  standardise(value: number): number {
    this.#count++;
    const share = Math.max(1 / this.#count, 1 / 5000);
    const difference = value - this.#mean;
    this.#mean += share * difference;
    this.#variance = (1 - share) * (this.#variance + share * difference * difference);
    return Math.max(-5, Math.min(5, (value - this.#mean) / this.deviation));
  }

  get deviation(): number {
    return Math.max(Math.sqrt(this.#variance), 1e-9);
  }
}
