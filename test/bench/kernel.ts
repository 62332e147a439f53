import { KERNEL_CHOICES } from '../../src/domain/streamSettings.ts';
import { chooseKernel, createKernel } from '../../src/hosts/createKernel.ts';
import type { Kernel, LearnOptions, Net, ReplayWindow } from '../../src/kernel/kernel.ts';
import { createRandom } from '../../src/kernel/random.ts';
import { IS_QUICK, median, printTable, writeReport } from './report.ts';

// Rows per CPU-second of one net, per kernel. A program of its own, compiled as for production: in the test runner's
// loader the same code is slower. CPU time, medians, and the kernels in turn: the machine may do other things meanwhile.

const REPEATS = IS_QUICK ? 3 : 7;
/** CPU time that one repeat should take. */
const REPEAT_CPU_MS = IS_QUICK ? 60 : 200;
const SERIES_ROWS = 4096;

const OPTIONS: LearnOptions = {
  learningRate: 1e-3,
  clipNorm: 1,
  loss: 'huber',
  huberDelta: 2,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};

/** Work for one row of the series. */
interface Work {
  readonly name: string;
  /** D */ readonly inputs: number;
  /** H */ readonly hidden: number;
  /** Learn every k1 rows over the newest k2; 0 = only forward. */
  readonly k1: number;
  readonly k2: number;
  /** Windows of rows of long ago per update. */
  readonly replays: number;
}

const work = (name: string, inputs: number, hidden: number, k1: number, k2: number, replays = 0): Work => ({
  name: `${name}, H ${hidden}`,
  inputs,
  hidden,
  k1,
  k2,
  replays,
});

const WORKS: readonly Work[] = [
  ...[16, 32, 64, 128].flatMap((hidden) => [
    work('forward', 4, hidden, 0, 16),
    work('k1 = k2 = 16', 4, hidden, 16, 16),
    work('k1 1, k2 16', 4, hidden, 1, 16),
    work('k1 4, k2 32', 4, hidden, 4, 32),
  ]),
  // One network of each profile.
  work('tiny: k1 4, k2 32, 1 replay', 16, 16, 4, 32, 1),
  work('standard: k1 4, k2 32, 1 replay', 16, 32, 4, 32, 1),
  work('heavy: k1 4, k2 32, 3 replays', 16, 64, 4, 32, 3),
];

interface Runner {
  readonly kernel: Kernel;
  /** @returns CPU microseconds for `rows` rows */
  run(rows: number): number;
}

/** Two sines and noise; the target of a row is the first input of the next. */
function createSeries(inputs: number): Float32Array {
  const random = createRandom(2);
  return Float32Array.from({ length: SERIES_ROWS * inputs }, (_, j) => {
    const t = Math.floor(j / inputs) + (j % inputs);
    return Math.sin(t * 0.1) + 0.5 * Math.sin(t * 0.031) + random.uniform(-0.05, 0.05);
  });
}

function createNet(kernel: Kernel, { inputs, hidden, k1, k2 }: Work): Net {
  const keepsActivations = k1 >= k2;
  const shape = { cell: 'lstm', inputSize: inputs, hiddenSize: hidden, outputSize: 1, rows: k2 } as const;
  const net = kernel.createNet({ ...shape, keepsActivations });
  const random = createRandom(1);
  const state = net.save();
  net.load({ ...state, weights: state.weights.map(() => random.uniform(-0.2, 0.2)) });
  return net;
}

/** A window of the series with a burn-in as long as itself. */
function windowAt(series: Float32Array, from: number, { inputs: D, k2 }: Work): ReplayWindow {
  const rows = 2 * k2;
  return {
    rows,
    burnIn: k2,
    x: series.subarray(from * D, (from + rows) * D),
    target: Float32Array.from({ length: rows }, (_, r) => series[(from + r + 1) * D]!),
    hasTarget: new Uint8Array(rows).fill(1),
  };
}

function createRunner(kernel: Kernel, given: Work): Runner {
  const { inputs: D, k1, k2, replays } = given;
  const net = createNet(kernel, given);
  const series = createSeries(D);
  const windows = Array.from({ length: 64 }, (_, i) => windowAt(series, 37 * i, given));
  const x = new Float32Array(D);
  const y = new Float32Array(1);
  let replayed = 0;
  const learn = (): void => {
    net.learn(k2, OPTIONS);
    for (let i = 0; i < replays; i++) net.replay(windows[replayed++ % windows.length]!, OPTIONS);
  };
  const run = (rows: number): number => {
    const start = process.cpuUsage();
    for (let t = 0; t < rows; t++) {
      const at = (t % (SERIES_ROWS - 1)) * D;
      for (let k = 0; k < D; k++) x[k] = series[at + k]!;
      net.step(y, x);
      if (k1 === 0) continue;
      net.setTarget(0, 0, series[at + D]!);
      if (t % k1 === k1 - 1) learn();
    }
    const { user, system } = process.cpuUsage(start);
    return user + system;
  };
  return { kernel, run };
}

/** Rows that take about the wanted time, once the compiler has done what it will. */
function rowsFor({ run }: Runner): number {
  let rows = 64;
  while (run(rows) < REPEAT_CPU_MS * 500) rows *= 2;
  return Math.max(64, Math.round((REPEAT_CPU_MS * 1000 * rows) / run(rows) / 64) * 64);
}

/** A choice that this runtime cannot follow gives the kernel of another. */
const kernels = new Map(
  KERNEL_CHOICES.map((choice) => [chooseKernel({ kernel: choice, cell: 'lstm' }), choice] as const),
);
const results: object[] = [];
const rows: string[][] = [];
for (const given of WORKS) {
  const runners = [...kernels.values()].map((choice) =>
    createRunner(createKernel({ kernel: choice, cell: 'lstm' }), given),
  );
  const counts = runners.map(rowsFor);
  const micros: number[][] = runners.map(() => []);
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    runners.forEach(({ run }, i) => {
      micros[i]!.push(run(counts[i]!) / counts[i]!);
    });
  }
  const plain = runners.findIndex(({ kernel }) => kernel.name === 'plain');
  runners.forEach(({ kernel }, i) => {
    const times = micros[i]!.map((time, repeat) => micros[plain]![repeat]! / time);
    const rowsPerCpuSecond = Math.round(1e6 / median(micros[i]!));
    results.push({ kernel: kernel.name, work: given, rowsPerCpuSecond, microsPerRow: micros[i] });
    const spread = `${Math.min(...micros[i]!).toFixed(2)} … ${Math.max(...micros[i]!).toFixed(2)}`;
    rows.push([given.name, kernel.name, String(rowsPerCpuSecond), spread, `${median(times).toFixed(1)}×`]);
  });
}
const table = printTable(
  `one LSTM: rows per CPU-second, median of ${REPEATS} (Node ${process.version})`,
  ['work', 'kernel', 'rows/CPU-s', 'µs/row', 'of plain'],
  rows,
);
writeReport('kernel', { repeats: REPEATS, results }, [table]);
