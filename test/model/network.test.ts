import { describe, expect, it } from 'vitest';
import type { Effort } from '../../src/domain/effort.ts';
import type { Kernel, LearnOptions, Net, NetShape, NetState } from '../../src/kernel/kernel.ts';
import { parameterCount } from '../../src/kernel/parameterLayout.ts';
import { createPlainKernel, PLAIN_CELLS } from '../../src/kernel/plain/plainKernel.ts';
import { createRandom } from '../../src/kernel/random.ts';
import { initialWeights } from '../../src/model/initialWeights.ts';
import { scheduledLearningRate } from '../../src/model/learningRate.ts';
import { Network, type NetworkOptions, windowRows } from '../../src/model/network.ts';
import { ReplayMemory } from '../../src/model/replayMemory.ts';
import { saveSnapshot } from '../../src/model/saveSnapshot.ts';
import type { StateIo } from '../../src/model/stateIo.ts';
import { statefulContract } from '../contract/statefulContract.ts';
import { makeSeries, normal } from '../support/series.ts';

const OPTIONS: NetworkOptions = {
  cell: 'lstm',
  inputSize: 3,
  hiddenSize: 4,
  outputSize: 2,
  every: 4,
  window: 8,
  longestDelay: 2,
  learningRate: 'auto',
  seed: 1,
};

/** A kernel that notes what is asked of the real one, and can be told how its updates end. */
class Notes implements Kernel {
  readonly cells = ['lstm'] as const;
  readonly name = 'plain';
  readonly usedBytes = 0;
  readonly bytesOf: Kernel['bytesOf'];
  readonly createLinearModel: Kernel['createLinearModel'];
  readonly #kernel = createPlainKernel();
  #net: Net | undefined;
  readonly shapes: NetShape[] = [];
  readonly loaded: NetState[] = [];
  readonly learned: { readonly step: number; readonly rows: number; readonly options: LearnOptions }[] = [];
  readonly replayed: {
    readonly step: number;
    readonly rows: number;
    readonly burnIn: number;
    readonly rate: number;
  }[] = [];
  steps = 0;
  freed = 0;
  /** undefined: as the kernel says. */
  outcome: { readonly updated: boolean; readonly norm: number } | undefined;

  constructor() {
    this.bytesOf = this.#kernel.bytesOf;
    this.createLinearModel = this.#kernel.createLinearModel;
  }

  /** (R + 1, H) of the last net. */
  hidden(): Float32Array {
    return this.#net?.save().h ?? new Float32Array(0);
  }

  createNet(shape: NetShape): Net {
    this.shapes.push(shape);
    const net = this.#kernel.createNet(shape);
    this.#net = net;
    const notes = this;
    return {
      shape,
      step(y, x) {
        notes.steps++;
        net.step(y, x);
      },
      setTarget: (age, output, value) => net.setTarget(age, output, value),
      learn(rows, options) {
        notes.learned.push({ step: notes.steps, rows, options: { ...options } });
        const updated = net.learn(rows, options);
        return notes.outcome?.updated ?? updated;
      },
      get loss() {
        return net.loss;
      },
      get gradientNorm() {
        return notes.outcome?.norm ?? net.gradientNorm;
      },
      replay(window, options) {
        const { rows, burnIn } = window;
        notes.replayed.push({ step: notes.steps, rows, burnIn, rate: options.learningRate });
        return notes.outcome?.updated ?? net.replay(window, options);
      },
      copyState: (h, c) => net.copyState(h, c),
      resetState: () => net.resetState(),
      copyOut: () => net.copyOut(),
      copyIn: (block) => net.copyIn(block),
      save: () => net.save(),
      load(state) {
        notes.loaded.push(state);
        net.load(state);
      },
      free() {
        notes.freed++;
        net.free();
      },
    };
  }
}

const INPUTS = makeSeries(3000, 3, (_, random) => normal(random));

/** One row in the life of a network: the targets that arrive with it, its step, its learning. */
function live(
  network: Network,
  row: number,
  y: Float32Array = new Float32Array(2),
  effort?: Effort,
): ReturnType<Network['learn']> {
  if (row >= 1) network.setTarget(0, 0, INPUTS[3 * row] as number);
  if (row >= 2) network.setTarget(1, 1, INPUTS[3 * row + 1] as number);
  network.step(y, Float32Array.from(INPUTS.slice(3 * row, 3 * row + 3)));
  return network.learn(effort);
}

describe('the schedule', () => {
  it('learns at every k1-th step, all of the window', () => {
    const notes = new Notes();
    const network = new Network(notes, OPTIONS);
    const outcomes = Array.from({ length: 18 }, (_, row) => live(network, row));
    expect(notes.learned.map(({ step, rows }) => [step, rows])).toEqual([4, 8, 12, 16].map((step) => [step, 8]));
    expect(outcomes.map((outcome) => outcome === 'updated')).toEqual(
      Array.from({ length: 18 }, (_, row) => row % 4 === 3),
    );
    expect(new Set(outcomes)).toEqual(new Set(['waiting', 'updated']));
  });

  it('learns no step twice, however often it is asked', () => {
    const notes = new Notes();
    const network = new Network(notes, OPTIONS);
    for (let row = 0; row < 4; row++) live(network, row);
    expect([network.learn(), network.learn()]).toEqual(['waiting', 'waiting']);
    expect(notes.learned).toHaveLength(1);
  });

  it('learns at each step where k1 is 1', () => {
    const notes = new Notes();
    const network = new Network(notes, { ...OPTIONS, every: 1 });
    for (let row = 0; row < 10; row++) live(network, row);
    expect(notes.learned.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('goes back farther than the window where targets come late', () => {
    const notes = new Notes();
    const network = new Network(notes, { ...OPTIONS, longestDelay: 50 });
    for (let row = 0; row < 4; row++) live(network, row);
    expect(notes.learned[0]?.rows).toBe(54);
    expect(notes.shapes[0]?.rows).toBe(54);
  });
});

describe('the effort', () => {
  /** Steps at which an update fell, of 64 with k1 = 2. */
  const updatesOf = (effortAt: (row: number) => Effort): number[] => {
    const notes = new Notes();
    const network = new Network(notes, { ...OPTIONS, every: 2 });
    for (let row = 0; row < 64; row++) live(network, row, new Float32Array(2), effortAt(row));
    return notes.learned.map(({ step }) => step);
  };
  const multiplesOf = (every: number): number[] =>
    Array.from({ length: Math.floor(64 / every) }, (_, n) => every * (n + 1));

  it.each<[Effort, number]>([
    [0, 2],
    [1, 2],
    [2, 4],
    [3, 8],
    [4, 16],
    [5, 1000],
  ])('%i lets an update fall at every %i. step', (effort, every) => {
    expect(updatesOf(() => effort)).toEqual(multiplesOf(every));
  });

  it('can change at any step; the phase of k1 stays', () => {
    const steps = updatesOf((row) => (row < 9 ? 0 : row < 41 ? 5 : 0));
    expect(steps).toEqual(multiplesOf(2).filter((step) => step < 10 || step > 41));
  });

  it('of less than everything learns nothing again', () => {
    const memory = new ReplayMemory({ rows: 100, inputSize: 3, targetSize: 2, seed: 1 });
    const share = { inputSize: 3, outputSize: 2, firstTarget: 0, delay: 1 };
    const notes = new Notes();
    const network = new Network(notes, { ...OPTIONS, replay: { memory, share, windows: 2 } });
    for (let row = 0; row < 160; row++) {
      memory.push(Float32Array.from(INPUTS.slice(3 * row, 3 * row + 3)));
      memory.setTarget(1, 0, INPUTS[3 * row] as number);
      live(network, row, new Float32Array(2), row < 40 || row >= 120 ? 0 : 1);
    }
    const steps = new Set(notes.replayed.map(({ step }) => step));
    expect([...steps].every((step) => step <= 40 || step > 120)).toBe(true);
    expect(steps.size).toBeGreaterThan(15);
    expect(notes.learned).toHaveLength(40);
  });
});

describe('the length of the window', () => {
  it.each([
    [32, 1, 32],
    [32, 16, 32],
    [32, 17, 33],
    [32, 288, 304],
    [1, 1, 2],
    [7, 10, 14],
  ])('of k2 %i with targets %i steps late is %i rows', (window, delay, rows) => {
    expect(windowRows(window, delay)).toBe(rows);
  });

  it.each([
    [32, 1, 32],
    [32, 24, 40],
    [32, 48, 64],
    [32, 288, 64],
  ])('of k2 %i with targets %i steps late, and a memory to learn them from, is %i rows', (window, delay, rows) => {
    expect(windowRows(window, delay, true)).toBe(rows);
  });
});

describe('the outcome', () => {
  it('is waiting while no target has arrived', () => {
    const notes = new Notes();
    const network = new Network(notes, { ...OPTIONS, every: 1 });
    network.step(new Float32Array(2), Float32Array.of(1, 2, 3));
    expect(network.learn()).toBe('waiting');
    expect(notes.learned).toHaveLength(1);
  });

  it('is not-finite where the gradient is not', () => {
    const notes = new Notes();
    const network = new Network(notes, { ...OPTIONS, every: 1 });
    for (const norm of [Number.NaN, Number.POSITIVE_INFINITY]) {
      notes.outcome = { updated: false, norm };
      expect(live(network, 0)).toBe('not-finite');
    }
  });
});

describe('the update', () => {
  it('is Adam on a Huber loss, clipped to norm 1', () => {
    const notes = new Notes();
    const network = new Network(notes, OPTIONS);
    for (let row = 0; row < 4; row++) live(network, row);
    expect(notes.learned[0]?.options).toEqual({
      learningRate: 1e-3,
      clipNorm: 1,
      loss: 'huber',
      huberDelta: 0.25,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
    });
  });

  it('follows the schedule of the learning rate by updates, not by attempts', () => {
    const notes = new Notes();
    const network = new Network(notes, OPTIONS);
    for (let row = 0; row < 400; row++) {
      notes.outcome = row < 200 ? { updated: false, norm: 1 } : { updated: true, norm: 1 };
      live(network, row);
    }
    const rates = notes.learned.map(({ options }) => options.learningRate);
    expect(new Set(rates.slice(0, 51))).toEqual(new Set([1e-3]));
    expect(rates.slice(51)).toEqual(Array.from({ length: 49 }, (_, n) => scheduledLearningRate(n + 1)));
  });

  it('keeps a learning rate that was given', () => {
    const notes = new Notes();
    const network = new Network(notes, { ...OPTIONS, learningRate: 0.0123 });
    for (let row = 0; row < 40; row++) live(network, row);
    expect(new Set(notes.learned.map(({ options }) => options.learningRate))).toEqual(new Set([0.0123]));
  });
});

describe('learning again', () => {
  const MEMORY = { rows: 100, inputSize: 3, targetSize: 2, seed: 1 };
  const share = { inputSize: 3, outputSize: 2, firstTarget: 0, delay: 1 };

  /** 400 rows in the life of a network beside its memory. */
  function lived(windows: number, rows = 400, notes = new Notes()): Notes {
    const memory = new ReplayMemory(MEMORY);
    const network = new Network(notes, { ...OPTIONS, replay: { memory, share, windows } });
    for (let row = 0; row < rows; row++) {
      memory.push(Float32Array.from(INPUTS.slice(3 * row, 3 * row + 3)));
      if (row >= 1) memory.setTarget(1, 0, INPUTS[3 * row] as number);
      live(network, row);
    }
    return notes;
  }

  it.each([1, 3])(
    'takes %i windows of three quarters of k2, after half of k2 to burn in, after each update',
    (windows) => {
      const { learned, replayed } = lived(windows);
      const later = replayed.filter(({ step }) => step >= 20);
      expect(later.map(({ step }) => step)).toEqual(
        learned.filter(({ step }) => step >= 20).flatMap(({ step }) => new Array(windows).fill(step)),
      );
      expect(new Set(later.map(({ rows, burnIn }) => rows - burnIn))).toEqual(new Set([6]));
      expect(new Set(later.slice(20 * windows).map(({ burnIn }) => burnIn))).toContain(4);
    },
  );

  it('begins when the memory holds so many rows that are old enough', () => {
    expect(lived(1).replayed[0]).toMatchObject({ step: 8, rows: expect.any(Number) });
  });

  it('counts as updates for the learning rate', () => {
    const { learned, replayed } = lived(2);
    const rates = learned.flatMap(({ step, options }) => [
      options.learningRate,
      ...replayed.filter((each) => each.step === step).map(({ rate }) => rate),
    ]);
    expect(rates).toEqual(rates.map((_, n) => scheduledLearningRate(n)));
  });

  it('is all that learns where targets come too late for the newest window', () => {
    const memory = new ReplayMemory(MEMORY);
    const notes = new Notes();
    const network = new Network(notes, {
      ...OPTIONS,
      longestDelay: 50,
      replay: { memory, share: { ...share, delay: 50 }, windows: 1 },
    });
    const outcomes = Array.from({ length: 100 }, (_, row) => {
      memory.push(Float32Array.from(INPUTS.slice(3 * row, 3 * row + 3)));
      if (row >= 50) memory.setTarget(50, 0, INPUTS[3 * row] as number);
      network.step(new Float32Array(2), Float32Array.from(INPUTS.slice(3 * row, 3 * row + 3)));
      return network.learn();
    });
    expect(notes.shapes[0]?.rows).toBe(16);
    expect(outcomes.indexOf('updated')).toBeGreaterThanOrEqual(50);
    expect(outcomes.filter((outcome) => outcome === 'updated').length).toBe(12);
  });

  it('waits where the gradient of the newest window was not finite', () => {
    const notes = new Notes();
    notes.outcome = { updated: false, norm: Number.NaN };
    expect(lived(1, 100, notes).replayed).toEqual([]);
  });
});

describe('the options of an update', () => {
  const optionsOf = (options: Partial<NetworkOptions>): LearnOptions => {
    const notes = new Notes();
    const network = new Network(notes, { ...OPTIONS, learningRate: 0.01, ...options });
    for (let row = 0; row < 4; row++) live(network, row);
    return notes.learned[0].options;
  };

  it('are those of a forecast by default', () => {
    expect(optionsOf({})).toEqual({
      learningRate: 0.01,
      clipNorm: 1,
      loss: 'huber',
      huberDelta: 0.25,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
    });
  });

  it('can be those of a class', () => {
    expect(optionsOf({ loss: 'logistic', beta2: 0.99 })).toMatchObject({ loss: 'logistic', beta2: 0.99, beta1: 0.9 });
  });
});

describe('the beginning', () => {
  it('remembers as long as is asked for', () => {
    const notes = new Notes();
    new Network(notes, { ...OPTIONS, seed: 5, chronoLag: 60 });
    const [shape] = notes.shapes as [NetShape];
    expect(notes.loaded[0].weights).toEqual(initialWeights(shape, createRandom(5), { chronoLag: 60 }));
  });

  it('is seeded weights, no moments, no updates, no rows', () => {
    const notes = new Notes();
    new Network(notes, { ...OPTIONS, seed: 5 });
    const [shape] = notes.shapes as [NetShape];
    const [state] = notes.loaded as [NetState];
    expect(shape).toEqual({
      cell: 'lstm',
      inputSize: 3,
      hiddenSize: 4,
      outputSize: 2,
      rows: 8,
      keepsActivations: false,
    });
    expect(state.weights).toEqual(initialWeights(shape, createRandom(5)));
    expect([...state.adam, state.rowCount]).toEqual([0, 1, 1, 0]);
    const zeros = [state.moment1, state.moment2, state.x, state.target, state.hasTarget, state.h, state.c];
    expect(zeros.every((array) => array.every((value) => value === 0))).toBe(true);
  });
});

it('learns to repeat its input', () => {
  const network = new Network(createPlainKernel(), { ...OPTIONS, outputSize: 1, learningRate: 0.01, window: 16 });
  const y = new Float32Array(1);
  let early = 0;
  let late = 0;
  for (let row = 0; row < 990; row++) {
    const x = Float32Array.from(INPUTS.slice(3 * row, 3 * row + 3));
    network.step(y, x);
    const error = Math.abs((y[0] as number) - (x[1] as number));
    if (row < 200) early += error;
    if (row >= 790) late += error;
    network.setTarget(0, 0, x[1] as number);
    network.learn();
  }
  expect(late).toBeLessThan(0.25 * early);
});

it('keeps its memory from step to step: the same input does not give the same answer', () => {
  const network = new Network(createPlainKernel(), OPTIONS);
  const first = new Float32Array(2);
  const second = new Float32Array(2);
  network.step(first, Float32Array.of(1, -1, 1));
  network.step(second, Float32Array.of(1, -1, 1));
  expect(second).not.toEqual(first);
});

it('keeps its memory through an update', () => {
  const notes = new Notes();
  const network = new Network(notes, OPTIONS);
  for (let row = 0; row < 203; row++) live(network, row);
  const before = notes.hidden();
  live(network, 203);
  const after = notes.hidden();
  expect(Math.max(...after.map(Math.abs))).toBeGreaterThan(0.01);
  const drift = after.slice(-8, -4).map((h, i) => Math.abs(h - (before.at(i - 4) as number)));
  expect(Math.max(...drift)).toBeLessThan(0.05);
});

it('can forget what it remembers and keep what it has learned', () => {
  const network = new Network(createPlainKernel(), OPTIONS);
  for (let row = 0; row < 41; row++) live(network, row);
  const learned = network.copyWeights();
  network.resetState();
  expect(network.copyWeights()).toEqual(learned);
  const fresh = new Network(createPlainKernel(), OPTIONS);
  const io: StateIo = {
    isRestoring: true,
    version: 3,
    number: (_, value) => value,
    array: (name, array) => {
      if (name === 'weights') array.set(learned);
    },
    has: () => true,
    leave: () => undefined,
    within: () => io,
  };
  fresh.exchange(io);
  const [one, other] = [new Float32Array(2), new Float32Array(2)];
  network.step(one, Float32Array.of(1, -1, 1));
  fresh.step(other, Float32Array.of(1, -1, 1));
  expect(one).toEqual(other);
});

it('hands out a copy of its weights', () => {
  const network = new Network(createPlainKernel(), OPTIONS);
  const weights = network.copyWeights();
  network.copyWeights().fill(7);
  expect(network.copyWeights()).toEqual(weights);
});

it('gives the memory of the kernel back', () => {
  const notes = new Notes();
  new Network(notes, OPTIONS).free();
  expect(notes.freed).toBe(1);
});

describe.each(PLAIN_CELLS)('the state of a network with cells %s', (cell) => {
  /** With what it answered last. */
  class Living {
    readonly network = new Network(createPlainKernel(), { ...OPTIONS, cell });
    readonly y = new Float32Array(2);
    outcome = 0;

    exchange(io: StateIo): void {
      this.network.exchange(io.within('network'));
      io.array('y', this.y);
      this.outcome = io.number('outcome', this.outcome);
    }
  }

  statefulContract({
    create: () => new Living(),
    advance: (living, row) => {
      living.outcome = live(living.network, row, living.y) === 'updated' ? 1 : 0;
    },
    observe: (living) => [...living.y, living.outcome],
    cuts: [0, 1, 3, 5, 8, 9, 40, 102],
    tail: 60,
  });

  it('holds weights, moments, window and memory', () => {
    const living = new Living();
    for (let row = 0; row < 50; row++) live(living.network, row);
    const P = parameterCount({ cell, inputSize: 3, hiddenSize: 4, outputSize: 2, rows: 8 });
    const floats = 3 * P + 8 * 3 + 8 * 2 + 2 * 9 * 4;
    expect(saveSnapshot(living.network, '').length).toBeGreaterThan(4 * floats);
  });
});
