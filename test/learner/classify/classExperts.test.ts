import { describe, expect, it } from 'vitest';
import { CLASS_SOURCES } from '../../../src/domain/forecast.ts';
import { createPlainKernel } from '../../../src/kernel/plain/plainKernel.ts';
import { createRandom } from '../../../src/kernel/random.ts';
import { ClassExperts, type ExpertOptions } from '../../../src/learner/classify/classExperts.ts';
import type { NewestLabel } from '../../../src/learner/classify/expertFeatures.ts';
import { statefulContract } from '../../contract/statefulContract.ts';

const OPTIONS: ExpertOptions = {
  cell: 'lstm',
  inputSize: 6,
  classes: 3,
  hiddenSize: 4,
  windowRows: 16,
  longestLag: undefined,
  seed: 5,
};
const UNKNOWN: NewestLabel = { last: 0, age: 1000, isFresh: false };
/** Probability of the newest label's class. */
const SAME = 0.98;
const EVEN = new Float64Array(6).fill(1 / 6);

function only(source: (typeof CLASS_SOURCES)[number]): Float64Array {
  return Float64Array.from(CLASS_SOURCES, (name) => Number(name === source));
}

function rowAt(row: number): Float32Array {
  const random = createRandom(row);
  return Float32Array.from({ length: 6 }, () => random.uniform(-1, 1));
}

/** They have learned that the level alone decides; `known` is the newest label of each row. */
function taught(rows: number, known: (row: number) => NewestLabel = () => UNKNOWN): ClassExperts {
  const experts = new ClassExperts(createPlainKernel(), OPTIONS);
  for (let row = 0; row < rows; row++) learnAt(experts, row, known(row));
  return experts;
}

function labelOf(x: Float32Array): number {
  return x[0]! > 0.3 ? 0 : x[0]! > -0.3 ? 1 : 2;
}

function learnAt(experts: ClassExperts, row: number, known: NewestLabel): void {
  const x = rowAt(row);
  experts.judge(x, known, EVEN, SAME);
  experts.learn(x, experts.netLogP, known, labelOf(x));
}

function mixedOf(experts: ClassExperts, x: Float32Array, label: NewestLabel, weights: Float64Array): number[] {
  experts.judge(x, label, weights, SAME);
  return [...experts.mixed];
}

describe('the experts', () => {
  it('are mixed as they weigh: the answer of one alone is its own, and of all their mean', () => {
    const label = { last: 2, age: 3, isFresh: true };
    const alone = CLASS_SOURCES.map((name) => mixedOf(taught(200), rowAt(999), label, only(name)));
    const even = mixedOf(taught(200), rowAt(999), label, EVEN);
    for (const p of [...alone, even]) expect(p.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    even.forEach((p, c) => {
      expect(p).toBeCloseTo(alone.reduce((sum, own) => sum + own[c]!, 0) / 6, 12);
    });
    expect(alone[0]).toEqual([expect.closeTo(0.01, 12), expect.closeTo(0.01, 12), expect.closeTo(0.98, 12)]);
  });

  it('say which class they hold for the likeliest, and how sure they are, also where they weigh nothing', () => {
    const label = { last: 1, age: 3, isFresh: true };
    const [some, others] = [taught(200), taught(200)];
    for (let row = 500; row < 520; row++) {
      some.judge(rowAt(row), label, EVEN, SAME);
      others.judge(rowAt(row), label, only('net'), SAME);
      expect([...others.likeliest]).toEqual([...some.likeliest]);
      expect([...others.sureness]).toEqual([...some.sureness]);
    }
  });

  it('are as sure as their likeliest class is likely', () => {
    const label = { last: 1, age: 3, isFresh: true };
    CLASS_SOURCES.forEach((name, expert) => {
      const experts = taught(200, () => label);
      const p = mixedOf(experts, rowAt(999), label, only(name));
      expect(experts.sureness[expert]! / 255).toBeCloseTo(Math.max(...p), 2);
      expect(p[experts.likeliest[expert]!]).toBe(Math.max(...p));
    });
  });

  it('learn from labels what the level tells', () => {
    const experts = taught(2000);
    let right = 0;
    for (let row = 5000; row < 5300; row++) {
      experts.judge(rowAt(row), UNKNOWN, only('recent'), SAME);
      if (experts.likeliest[CLASS_SOURCES.indexOf('recent')] === labelOf(rowAt(row))) right++;
    }
    expect(right).toBeGreaterThan(270);
  });

  it('but for those named after it are the same whatever the newest label is', () => {
    const [some, others] = [taught(300, (row) => ({ last: row % 3, age: row % 7, isFresh: true })), taught(300)];
    const blind = ['instant', 'recent', 'net'] as const;
    for (const name of blind) {
      const [x, label] = [rowAt(777), { last: 2, age: 1, isFresh: true }];
      expect(mixedOf(some, x, label, only(name))).toEqual(mixedOf(others, x, UNKNOWN, only(name)));
    }
  });

  it('give the network what `recent` says as bytes: its log probabilities', () => {
    const experts = taught(300);
    for (let row = 600; row < 620; row++) {
      const p = mixedOf(experts, rowAt(row), UNKNOWN, only('recent'));
      p.forEach((own, c) => {
        expect(Math.abs(experts.bytes[c]! - Math.min(192, -32 * Math.log(own)))).toBeLessThanOrEqual(0.501);
      });
    }
  });

  it('take what they know along to another list of classes', () => {
    const experts = taught(1500);
    const x = rowAt(4000);
    const [kernel, from] = [createPlainKernel(), [2, 0, 1]];
    const moved = experts.withClasses(kernel, from);
    const before = mixedOf(experts, x, UNKNOWN, only('recent'));
    const after = mixedOf(moved, x, UNKNOWN, only('recent'));
    from.forEach((source, c) => {
      expect(after[c]).toBeCloseTo(before[source]!, 6);
    });
    moved.free();
    expect(kernel.usedBytes).toBe(0);
  });
});

describe('as any component with state', () => {
  statefulContract<ClassExperts>({
    create: () => new ClassExperts(createPlainKernel(), OPTIONS),
    advance: (experts, row) => learnAt(experts, row, { last: row % 3, age: row % 20, isFresh: row % 4 > 0 }),
    observe: () => [],
    cuts: [0, 50],
    tail: 20,
  });
});
