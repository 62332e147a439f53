import { describe, expect, it } from 'vitest';
import {
  type CellKind,
  type Kernel,
  KernelFullError,
  type KernelOptions,
  type LearnOptions,
  type Net,
  type NetShape,
  type NetState,
} from '../../src/kernel/kernel.ts';
import { createRandom } from '../../src/kernel/random.ts';
import { rounds } from '../support/rounds.ts';
import { describeClassReplay } from './classReplayContract.ts';
import { describeLinearModel } from './linearModelContract.ts';
import { describeReplay } from './replayContract.ts';

const OPTIONS: LearnOptions = {
  learningRate: 0.01,
  clipNorm: 1,
  loss: 'huber',
  huberDelta: 1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};

/** Contract of every kernel. @param cells that it is to have */
export function describeKernel(
  name: string,
  createKernel: (options?: KernelOptions) => Kernel,
  cells: readonly CellKind[],
): void {
  describeLinearModel(name, createKernel);
  it(`${name} says which cells it has, and refuses others`, () => {
    const kernel = createKernel();
    expect(kernel.cells).toEqual(cells);
    const shape: NetShape = { cell: 'elman' as CellKind, inputSize: 3, hiddenSize: 9, outputSize: 2, rows: 8 };
    expect(() => kernel.createNet(shape)).toThrow(`has the cells ${cells.join(', ')}, not elman`);
  });
  describe.each(cells)(`kernel contract: ${name}, cell %s`, (cell) => {
    const shape: NetShape = { cell, inputSize: 3, hiddenSize: 9, outputSize: 2, rows: 8 };
    const create: CreateNet = (seed = 1, change = {}) =>
      seeded(createKernel().createNet({ ...shape, ...change }), seed);
    describeMemory(create);
    describeRing(create);
    describeLearning(create);
    describeReplay(create);
    describeClassReplay(create);
    describeBadNumbers(create);
    describeLifetime(createKernel, shape);
    describeLargestNorm(createKernel, shape);
    it('keeps no memory of its calls beyond the ring', () => expectNothingKept(create()));
  });
}

type CreateNet = (seed?: number, change?: Partial<NetShape>) => Net;

function describeMemory(create: CreateNet): void {
  it('gives the same numbers to the same calls', () => {
    const [a, b] = [create(), create()];

    expect(drive(a, 0, 60)).toEqual(drive(b, 0, 60));

    expect(a.save()).toEqual(b.save());
  });

  it('continues bit for bit from a saved state, in a fresh net and in a used one', () => {
    for (const rows of [0, 1, 5, 8, 29]) {
      const original = create();
      drive(original, 0, rows);
      const saved = original.save();
      const fresh = create();
      fresh.load(saved);
      const used = create();
      drive(used, 100, 13);
      used.load(saved);

      const wanted = drive(original, rows, 40);

      expect(drive(fresh, rows, 40)).toEqual(wanted);
      expect(drive(used, rows, 40)).toEqual(wanted);
      expect(fresh.save()).toEqual(original.save());
      expect(used.save()).toEqual(original.save());
    }
  });

  it('saves what it was loaded with', () => {
    const original = create();
    drive(original, 0, 21);
    const saved = original.save();
    const other = create();
    other.load(saved);

    expect(other.save()).toEqual(saved);
  });

  it('continues bit for bit from its block, in a fresh net and in a used one', () => {
    for (const rows of [0, 5, 29]) {
      const original = create();
      drive(original, 0, rows);
      const block = original.copyOut();
      const [fresh, used] = [create(), create(2)];
      drive(used, 100, 13);
      fresh.copyIn(block);
      used.copyIn(block);

      const wanted = drive(original, rows, 40);

      expect(drive(fresh, rows, 40)).toEqual(wanted);
      expect(drive(used, rows, 40)).toEqual(wanted);
      expect(fresh.save()).toEqual(original.save());
    }
    const net = create();
    const kept = net.copyOut();
    expect(() => net.copyIn(kept.subarray(1))).toThrow(RangeError);
    expect(net.copyOut()).toEqual(kept);
  });

  it('gives the same numbers with and without kept activations', () => {
    const [without, kept] = [create(), create(1, { keepsActivations: true })];
    for (const [rows, window] of [
      [40, 6],
      [40, 8],
      [40, 100],
    ] as const) {
      expect(drive(kept, 0, rows, window)).toEqual(drive(without, 0, rows, window));
      expect(kept.save()).toEqual(without.save());
    }
    // No update in between: here the second run is really saved.
    for (let k1 = 1; k1 <= 10; k1++) {
      for (let t = 0; t < 3 * k1; t++) {
        for (const net of [without, kept]) {
          stepAt(net, t);
          net.setTarget(0, t % 2, Math.sin(t));
          if (t % k1 === k1 - 1) net.learn(k1, OPTIONS);
        }
      }
      expect(kept.save()).toEqual(without.save());
    }
  });

  it('hands out copies: what happens to a saved state does not reach the net', () => {
    const net = create();
    drive(net, 0, 10);
    const kept = structuredClone(net.save());
    const saved = net.save();
    for (const array of arraysOf(saved)) array.fill(7);

    expect(net.save()).toEqual(kept);
  });

  it('carries its state from row to row', () => {
    const [carried, reset] = [create(), create()];
    drive(carried, 0, 3);
    drive(reset, 0, 3);
    reset.resetState();

    expect(stepAt(carried, 3)).not.toEqual(stepAt(reset, 3));
  });

  it('resetState starts from zeros with an empty ring and keeps weights and optimiser', () => {
    const net = create();
    drive(net, 0, 30);
    const before = net.save();

    net.resetState();

    const after = net.save();
    expect(optimiserOf(after)).toEqual(optimiserOf(before));
    expect(after.rowCount).toBe(0);
    for (const array of [after.h, after.c, after.x, after.target, after.hasTarget]) {
      expect(array.every((value) => value === 0)).toBe(true);
    }
    const fresh = create();
    fresh.load({ ...fresh.save(), weights: before.weights });
    expect(stepAt(net, 5)).toEqual(stepAt(fresh, 5));
  });

  it('refuses a state of another shape and keeps its own', () => {
    const net = create();
    drive(net, 0, 10);
    const kept = net.save();

    for (const key of ['weights', 'moment1', 'moment2', 'x', 'target', 'h', 'c'] as const) {
      expect(() => net.load({ ...kept, [key]: new Float32Array(kept[key].length + 1) })).toThrow(RangeError);
    }
    expect(() => net.load({ ...kept, adam: new Float64Array(2) })).toThrow(RangeError);
    expect(() => net.load({ ...kept, hasTarget: new Uint8Array(1) })).toThrow(RangeError);
    for (const rowCount of [-1, 1.5, 9, Number.NaN]) {
      expect(() => net.load({ ...kept, rowCount })).toThrow(RangeError);
    }
    expect(net.save()).toEqual(kept);
  });
}

function describeRing(create: () => Net): void {
  it('takes targets for the rows that it holds, at their place, and no others', () => {
    const net = create();
    for (let t = 0; t < 20; t++) {
      const held = Math.min(t, net.shape.rows);
      for (let age = 0; age < held; age++) expect(net.setTarget(age, age % 2, age)).toBe(true);
      const before = net.save();
      for (const age of [held, held + 1, 1000]) expect(net.setTarget(age, 0, 5)).toBe(false);
      expect(net.save()).toEqual(before);
      stepAt(net, t);
    }
    expect(net.setTarget(3, 1, 0.25)).toBe(true);
    const { rowCount, target, hasTarget } = net.save();
    const at = (rowCount - 1 - 3) * net.shape.outputSize + 1;
    expect([target[at], hasTarget[at]]).toEqual([0.25, 1]);
  });

  it('begins every row without targets, also where an old one lay', () => {
    const net = create();
    drive(net, 0, 20);
    for (let t = 0; t < net.shape.rows; t++) stepAt(net, t);

    expect(net.save().hasTarget.every((flag) => flag === 0)).toBe(true);
  });

  it('keeps the newest rows, oldest first, and the states around them', () => {
    const net = create();
    const xs: number[] = [];
    for (let t = 0; t < 19; t++) {
      stepAt(net, t);
      xs.push(...inputAt(net, t));
    }
    const { inputSize: D, hiddenSize: H, rows: R } = net.shape;
    const saved = net.save();
    expect([...saved.x]).toEqual(xs.slice(-R * D));

    // From the state before the oldest row the rows lead to the newest state again.
    const replay = create();
    const h = new Float32Array((R + 1) * H);
    const c = new Float32Array((R + 1) * H);
    h.set(saved.h.subarray(0, H));
    c.set(saved.c.subarray(0, H));
    replay.load({ ...replay.save(), h, c });
    for (let t = 19 - R; t < 19; t++) stepAt(replay, t);
    expectClose(replay.save().h, saved.h);
    expectClose(replay.save().c, saved.c);
  });

  it('refuses ages, outputs, rows and vectors that cannot be meant', () => {
    const net = create();
    drive(net, 0, 9);
    const kept = net.save();

    for (const age of [-1, 0.5, Number.NaN]) expect(() => net.setTarget(age, 0, 1)).toThrow(RangeError);
    for (const output of [-1, 0.5, 2, Number.NaN]) expect(() => net.setTarget(0, output, 1)).toThrow(RangeError);
    for (const rows of [0, -1, 0.5, Number.NaN]) expect(() => net.learn(rows, OPTIONS)).toThrow(RangeError);
    expect(() => net.step(new Float32Array(2), new Float32Array(2))).toThrow(RangeError);
    expect(() => net.step(new Float32Array(3), new Float32Array(3))).toThrow(RangeError);
    expect(net.save()).toEqual(kept);
  });
}

function describeLearning(create: () => Net): void {
  it('learns a sine: the loss falls, and no number is ever NaN', () => {
    for (const loss of ['huber', 'squared'] as const) {
      const net = create();
      const losses: number[] = [];
      for (let t = 0; t < 2400; t++) {
        stepAt(net, t);
        if (t > 0) net.setTarget(1, 0, Math.sin(t * 0.2));
        if (t % 4 !== 3) continue;
        expect(net.learn(8, { ...OPTIONS, loss })).toBe(true);
        losses.push(net.loss);
      }
      const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(losses.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
      expect(mean(losses.slice(-50))).toBeLessThan(0.1 * mean(losses.slice(0, 20)));
      expectFinite(net.save());
    }
  });

  it('without a target it re-runs the states with the current weights and updates nothing', () => {
    const net = create();
    for (let t = 0; t < 5; t++) stepAt(net, t);
    const other = create();
    other.load({ ...other.save(), weights: net.save().weights.map((w) => 0.5 * w) });
    const changed = { ...net.save(), weights: other.save().weights };
    net.load(changed);
    for (let t = 0; t < 5; t++) stepAt(other, t);

    expect(net.learn(8, OPTIONS)).toBe(false);

    expect([net.loss, net.gradientNorm]).toEqual([0, 0]);
    expect(optimiserOf(net.save())).toEqual(optimiserOf(changed));
    expectClose(net.save().h, other.save().h);
    expectClose(net.save().c, other.save().c);
  });

  it('re-runs only the rows asked for, from the state stored before them', () => {
    const net = create();
    for (let t = 0; t < 8; t++) stepAt(net, t);
    const before = net.save();
    net.load({ ...before, weights: before.weights.map((w) => 0.5 * w) });

    net.learn(3, OPTIONS);

    const H = net.shape.hiddenSize;
    const after = net.save();
    expect(after.h.subarray(0, 6 * H)).toEqual(before.h.subarray(0, 6 * H));
    expect(after.c.subarray(0, 6 * H)).toEqual(before.c.subarray(0, 6 * H));
    for (let r = 6; r <= 8; r++) {
      expect(after.h.subarray(r * H, (r + 1) * H)).not.toEqual(before.h.subarray(r * H, (r + 1) * H));
    }
    // And the next row goes on from the re-run state.
    const fresh = create();
    fresh.load(after);
    expect(stepAt(net, 8)).toEqual(stepAt(fresh, 8));
  });

  it('looks only at targets inside the window', () => {
    const net = create();
    for (let t = 0; t < 8; t++) stepAt(net, t);
    net.setTarget(5, 0, 1);

    expect(net.learn(5, OPTIONS)).toBe(false);
    expect(net.learn(6, OPTIONS)).toBe(true);
  });

  it('the loss is the mean over all arrived targets and both outputs, before the update', () => {
    const net = create();
    const outputs: number[][] = [];
    for (let t = 0; t < 4; t++) outputs.push([...stepAt(net, t)]);
    net.setTarget(0, 0, 0.5);
    net.setTarget(0, 1, -0.5);
    net.setTarget(2, 1, 0.25);
    const errors = [outputs[3][0] - 0.5, outputs[3][1] + 0.5, outputs[1][1] - 0.25];

    net.learn(4, { ...OPTIONS, loss: 'squared' });

    expect(net.loss).toBeCloseTo(errors.reduce((sum, error) => sum + error * error, 0) / 3, 5);
    expect(net.gradientNorm).toBeGreaterThan(0);
  });

  it('a window longer than the ring is the whole ring', () => {
    const [a, b] = [create(), create()];
    for (const net of [a, b]) {
      for (let t = 0; t < 12; t++) stepAt(net, t);
      net.setTarget(7, 0, 1);
    }

    expect(a.learn(8, OPTIONS)).toBe(true);
    expect(b.learn(1000, OPTIONS)).toBe(true);

    expect(a.save()).toEqual(b.save());
  });

  it('learning before the first row does nothing', () => {
    const net = create();
    const before = net.save();

    expect(net.learn(4, OPTIONS)).toBe(false);

    expect(net.save()).toEqual(before);
  });

  it('leaves the inputs it is given as they are', () => {
    const net = create();
    const x = new Float32Array([0.1, 0.2, 0.3]);

    net.step(new Float32Array(2), x);

    expect(x).toEqual(new Float32Array([0.1, 0.2, 0.3]));
  });
}

function describeBadNumbers(create: () => Net): void {
  it('a target that is not finite changes no weight and no moment, and is forgotten with its row', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e39]) {
      for (const loss of ['huber', 'squared', 'logistic'] as const) {
        const net = create();
        drive(net, 0, 12);
        const before = net.save();
        net.setTarget(0, 0, bad);

        expect(net.learn(8, { ...OPTIONS, loss })).toBe(false);

        expect(optimiserOf(net.save())).toEqual(optimiserOf(before));
        for (let t = 0; t < 8; t++) stepAt(net, t);
        net.setTarget(0, 0, 0.5);
        expect(net.learn(8, { ...OPTIONS, loss })).toBe(true);
        expectFinite(net.save());
      }
    }
  });

  it('an input that is not finite changes no weight and no moment, and resetState heals the state', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const net = create();
      drive(net, 0, 12);
      const before = net.save();
      net.step(new Float32Array(2), new Float32Array([0, bad, 0]));
      net.setTarget(0, 0, 0.5);

      expect(net.learn(8, OPTIONS)).toBe(false);

      expect(optimiserOf(net.save())).toEqual(optimiserOf(before));
      net.resetState();
      drive(net, 12, 12);
      expectFinite(net.save());
    }
  });

  it('stays finite on huge finite numbers and without clipping', () => {
    const random = createRandom(5);
    for (const clipNorm of [1, Number.POSITIVE_INFINITY]) {
      for (const size of [1e3, 1e10, 1e20, 1e30, 3e38]) {
        const net = create();
        for (let t = 0; t < 40; t++) {
          const x = new Float32Array([0, 0, 0].map(() => random.uniform(-size, size)));
          net.step(new Float32Array(2), x);
          net.setTarget(0, t % 2, random.uniform(-size, size));
          net.learn(8, { ...OPTIONS, clipNorm, loss: t % 3 === 0 ? 'squared' : 'huber' });
        }
        for (const array of Object.values(optimiserOf(net.save()))) expect(array.every(Number.isFinite)).toBe(true);
      }
    }
  });
}

function describeLargestNorm(createKernel: () => Kernel, shape: NetShape): void {
  it('takes no update from a gradient above the largest norm, and the same one as ever below it', () => {
    const [free, bound, loose] = [1, 1, 1].map((seed) => seeded(createKernel().createNet(shape), seed));
    for (const net of [free, bound, loose]) drive(net, 0, 12);
    const before = optimiserOf(bound.save());
    expect(free.learn(8, OPTIONS)).toBe(true);
    const norm = free.gradientNorm;
    expect(bound.learn(8, { ...OPTIONS, largestNorm: norm * 0.99 })).toBe(false);
    expect(bound.gradientNorm).toBe(norm);
    expect(optimiserOf(bound.save())).toEqual(before);
    expect(loose.learn(8, { ...OPTIONS, largestNorm: norm * 1.01 })).toBe(true);
    expect(loose.save()).toEqual(free.save());
    const window = { rows: 6, burnIn: 2, x: new Float32Array(18).fill(0.5), target: new Float32Array(12).fill(9) };
    const replay = { ...window, hasTarget: new Uint8Array(12).fill(1) };
    expect(bound.replay(replay, { ...OPTIONS, largestNorm: 1e-9 })).toBe(false);
    expect(optimiserOf(bound.save())).toEqual(before);
  });
}

function describeLifetime(createKernel: (options?: KernelOptions) => Kernel, shape: NetShape): void {
  it('nets of one kernel do not disturb each other', () => {
    const kernel = createKernel();
    const alone = seeded(createKernel().createNet(shape), 1);
    const [a, b] = [1, 2].map((seed) => seeded(kernel.createNet(shape), seed));
    const wanted: number[] = [];
    const actual: number[] = [];
    for (let t = 0; t < 40; t++) {
      wanted.push(...drive(alone, t, 1));
      actual.push(...drive(a, t, 1));
      drive(b, t + 7, 1);
    }

    expect(actual).toEqual(wanted);
    expect(a.save()).toEqual(alone.save());
  });

  it('a freed net leaves the others of its shape alone, and is not used again', () => {
    const kernel = createKernel();
    const [a, b] = [1, 1].map((seed) => seeded(kernel.createNet(shape), seed));
    const alone = seeded(createKernel().createNet(shape), 1);
    drive(a, 0, 10);
    a.free();
    a.free();
    const c = seeded(kernel.createNet(shape), 3);
    drive(c, 5, 10);

    expect(drive(b, 0, 30)).toEqual(drive(alone, 0, 30));
    expect(() => stepAt(a, 0)).toThrow();
    expect(() => a.learn(1, OPTIONS)).toThrow();
  });

  it('refuses nets beyond its memory limit, and has room again when one is freed', () => {
    const probe = createKernel();
    probe.createNet(shape);
    const one = probe.usedBytes;
    expect(one).toBeGreaterThanOrEqual(probe.bytesOf(shape));
    const memoryLimit = 3 * one + 100;
    const kernel = createKernel({ memoryLimit });
    const nets: Net[] = [];

    expect(() => {
      for (let i = 0; i < 4; i++) nets.push(seeded(kernel.createNet(shape), i));
    }).toThrow(KernelFullError);

    expect(nets).toHaveLength(3);
    expect(kernel.usedBytes).toBeLessThanOrEqual(memoryLimit);
    const before = nets.map((net) => net.save());
    nets[1].free();
    const again = kernel.createNet(shape);
    expect(again.save().rowCount).toBe(0);
    expect(() => kernel.createNet(shape)).toThrow(/would exceed/);
    expect([nets[0].save(), nets[2].save()]).toEqual([before[0], before[2]]);
    for (const net of [nets[0], nets[2], again]) net.free();
    expect(kernel.usedBytes).toBe(0);
  });

  it('starts with all numbers zero: the one who makes the net chooses the weights', () => {
    const net = createKernel().createNet(shape);

    const { adam, ...zeros } = net.save();

    expect([...adam]).toEqual([0, 1, 1]);
    for (const array of arraysOf({ ...zeros, adam: new Float64Array() })) {
      expect(array.every((value) => value === 0)).toBe(true);
    }
  });

  it('tells how many bytes a net takes: more for every size', () => {
    const kernel = createKernel();
    const bytes = kernel.bytesOf(shape);
    const saved = arraysOf(kernel.createNet(shape).save()).reduce((sum, array) => sum + array.byteLength, 0);

    // The state that comes out of a net is in it; c is not needed without a cell state.
    expect(bytes).toBeGreaterThanOrEqual(0.8 * saved);
    for (const size of ['inputSize', 'hiddenSize', 'outputSize', 'rows'] as const) {
      expect(kernel.bytesOf({ ...shape, [size]: shape[size] + 8 })).toBeGreaterThan(bytes);
    }
  });

  it('refuses shapes that it cannot hold, and says what it can', () => {
    const kernel = createKernel();
    for (const size of ['inputSize', 'hiddenSize', 'outputSize', 'rows'] as const) {
      for (const bad of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(() => kernel.createNet({ ...shape, [size]: bad })).toThrow(RangeError);
      }
      expect(() => kernel.createNet({ ...shape, [size]: 2 ** 31 })).toThrow(/up to \d+/);
    }
  });
}

/** Whatever the engine may put on the heap for a moment: nothing stays. */
function expectNothingKept(net: Net): void {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('run with --expose-gc');
  drive(net, 0, 2000);
  const work = (): void => {
    for (let t = 0; t < rounds(4, 10); t++) drive(net, t, 1000);
  };
  // The smallest of several: the runner itself allocates now and then.
  let grown = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 5 && grown > 10_000; attempt++) {
    collect();
    const before = process.memoryUsage();
    work();
    collect();
    const after = process.memoryUsage();
    grown = Math.min(grown, after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers);
  }
  expect(grown).toBeLessThan(10_000);
}

/** Weights as a model would draw them, the same for the same seed. */
function seeded(net: Net, seed: number): Net {
  const random = createRandom(seed);
  const state = net.save();
  net.load({ ...state, weights: state.weights.map(() => random.uniform(-0.4, 0.4)) });
  return net;
}

function inputAt(net: Net, t: number): Float32Array {
  return Float32Array.from({ length: net.shape.inputSize }, (_, k) => Math.sin((t + 1) * 0.2 * (k + 1)));
}

function stepAt(net: Net, t: number): Float32Array {
  const y = new Float32Array(net.shape.outputSize);
  net.step(y, inputAt(net, t));
  return y;
}

/** Steps with late targets and learning, k1 = 2. @param window k2 @returns all that came out */
function drive(net: Net, from: number, rows: number, window = 6): number[] {
  const seen: number[] = [];
  for (let t = from; t < from + rows; t++) {
    seen.push(...stepAt(net, t));
    net.setTarget(1, 0, Math.sin(t * 0.2));
    net.setTarget(3, 1, Math.cos(t * 0.2));
    if (t % 2 === 1) seen.push(Number(net.learn(window, OPTIONS)), net.loss, net.gradientNorm);
  }
  return seen;
}

function optimiserOf({ weights, moment1, moment2, adam }: NetState) {
  return { weights, moment1, moment2, adam };
}

function arraysOf(state: NetState): (Float32Array | Float64Array | Uint8Array)[] {
  const { rowCount: _, ...arrays } = state;
  return Object.values(arrays);
}

function expectFinite(state: NetState): void {
  for (const array of arraysOf(state)) expect(array.every(Number.isFinite)).toBe(true);
}

function expectClose(actual: Float32Array, wanted: Float32Array): void {
  expect(actual.length).toBe(wanted.length);
  for (let j = 0; j < wanted.length; j++) expect(Math.abs(actual[j] - wanted[j])).toBeLessThan(1e-5);
}
