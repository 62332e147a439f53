import { describe, expect, it } from 'vitest';
import type { ReplayWindow } from '../../src/kernel/kernel.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import { createRandom } from '../../src/kernel/random.ts';
import { ClassNet, type ClassNetOptions } from '../../src/model/classNet.ts';
import { statefulContract } from '../contract/statefulContract.ts';

const OPTIONS: ClassNetOptions = {
  cell: 'lstm',
  inputSize: 3,
  hiddenSize: 8,
  classes: 3,
  windowRows: 20,
  longestLag: undefined,
  seed: 4,
};

function inputsAt(row: number, size = 6): Float32Array {
  const random = createRandom(row);
  return Float32Array.from({ length: size }, () => random.uniform(-1, 1));
}

/** Rows whose class is told by the sign of their first input and of their second. */
function windowAt(n: number, classes = 3): ReplayWindow {
  const random = createRandom(1000 + n);
  const D = 3 + classes;
  const x = Float32Array.from({ length: 20 * D }, () => random.uniform(-1, 1));
  const target = new Float32Array(20 * classes);
  const hasTarget = new Uint8Array(20 * classes);
  for (let t = 0; t < 20; t++) {
    target[t * classes] = x[t * D]! > 0 ? 0 : x[t * D + 1]! > 0 ? 1 : 2;
    hasTarget[t * classes] = 1;
  }
  return { rows: 20, burnIn: 0, x, target, hasTarget };
}

function answerOf(net: ClassNet, row: number, classes = 3): number[] {
  const y = new Float32Array(classes);
  net.step(y, inputsAt(row, 3 + classes));
  return [...y];
}

it('begins by passing the log-probabilities on', () => {
  const net = new ClassNet(createPlainKernel(), OPTIONS);
  const y = new Float32Array(3);
  net.step(y, Float32Array.of(0.5, -0.5, 1, -0.1, -3, -5));
  [-0.1, -3, -5].forEach((logP, c) => {
    expect(Math.abs(y[c]! - logP)).toBeLessThan(0.1);
  });
});

it('learns what tells the classes', () => {
  const net = new ClassNet(createPlainKernel(), OPTIONS);
  for (let n = 0; n < 400; n++) expect(net.learn(windowAt(n))).toBe('updated');
  let right = 0;
  for (let row = 0; row < 200; row++) {
    const [a, b] = inputsAt(row);
    const answer = answerOf(net, row);
    if (answer.indexOf(Math.max(...answer)) === (a! > 0 ? 0 : b! > 0 ? 1 : 2)) right++;
  }
  expect(right).toBeGreaterThan(180);
});

it('goes on for another list of classes with what it knows, and the old net stays', () => {
  const kernel = createPlainKernel();
  const net = new ClassNet(kernel, OPTIONS);
  for (let n = 0; n < 50; n++) net.learn(windowAt(n));
  for (let row = 0; row < 7; row++) answerOf(net, row);
  const moved = net.withClasses(kernel, [2, -1, 0, 1]);
  const y = new Float32Array(4);
  const [own, ofClasses] = [inputsAt(7).subarray(0, 3), inputsAt(7).subarray(3)];

  moved.step(y, Float32Array.of(...own, ofClasses[2]!, 0, ofClasses[0]!, ofClasses[1]!));

  const before = answerOf(net, 7);
  [before[2], undefined, before[0], before[1]].forEach((wanted, c) => {
    if (wanted !== undefined) expect(Math.abs(y[c]! - wanted)).toBeLessThan(1e-5);
  });
  expect(Math.abs(y[1]!)).toBeLessThan(1e-6);
});

it('is rolled back to weights that are finite', () => {
  const net = new ClassNet(createPlainKernel(), OPTIONS);
  for (let n = 0; n < 200; n++) net.learn(windowAt(n));
  const broken = { ...windowAt(0), x: new Float32Array(20 * 6).fill(Number.NaN) };
  expect(net.learn(broken)).toBe('not-finite');
  net.rollBack(0);
  expect(answerOf(net, 1).every(Number.isFinite)).toBe(true);
  for (let turn = 0; turn < 3; turn++) expect(net.mayLearn(turn)).toBe(false);
  expect(net.mayLearn(4)).toBe(true);
  expect(net.learn(windowAt(1))).toBe('updated');
});

it('leaves windows without a class alone', () => {
  const net = new ClassNet(createPlainKernel(), OPTIONS);
  const window = windowAt(0);
  expect(net.learn({ ...window, hasTarget: window.hasTarget.map(() => 0) })).toBe('skipped');
});

describe.each(['lstm', 'rnn', 'gru'] as const)('as any component with state: %s', (cell) => {
  statefulContract<ClassNet>({
    create: () => new ClassNet(createPlainKernel(), { ...OPTIONS, cell, longestLag: 10 }),
    advance(net, row) {
      answerOf(net, row);
      if (row % 4 === 3) net.learn(windowAt(row));
    },
    observe(net) {
      const [h, c] = [new Float32Array(8), new Float32Array(8)];
      net.copyState(h, c);
      return [[...h], [...c]];
    },
    cuts: [0, 5, 40],
    tail: 30,
  });
});
