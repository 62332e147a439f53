import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Kernel, LearnOptions, Net } from '../../src/kernel/kernel.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import { createRandom } from '../../src/kernel/random.ts';

// A program of its own, compiled as for production: in the test runner's loader the same code is slower.
// CPU time, not wall time, and medians: the machine may do other things meanwhile.

const REPEATS = 7;
/** CPU time that one repeat should take. */
const REPEAT_CPU_MS = 300;
const INPUTS = 4;
const RING_ROWS = 32;
const HIDDEN_SIZES = [16, 32, 64];
const OUTPUT = '.cache/bench/kernel.json';

const OPTIONS: LearnOptions = {
  learningRate: 1e-3,
  clipNorm: 1,
  loss: 'squared',
  huberDelta: 1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};

/** What is done for one row of the series. */
interface Work {
  readonly name: string;
  /** Learn every k1 rows over the newest k2; 0 = only forward. */
  readonly k1: number;
  readonly k2: number;
}

const WORKS: readonly Work[] = [
  { name: 'forward', k1: 0, k2: 0 },
  { name: 'learn k1=k2=16', k1: 16, k2: 16 },
  { name: 'learn k1=k2=32', k1: 32, k2: 32 },
  { name: 'learn k1=4 k2=32', k1: 4, k2: 32 },
];

interface Result {
  readonly kernel: string;
  readonly hiddenSize: number;
  readonly work: string;
  readonly rowsPerCpuSecond: number;
  readonly slowest: number;
  readonly fastest: number;
  /** Only where something is learned. */
  readonly windowsPerCpuSecond: number | null;
}

function createNet(kernel: Kernel, hiddenSize: number): Net {
  const net = kernel.createNet({ cell: 'lstm', inputSize: INPUTS, hiddenSize, outputSize: 1, rows: RING_ROWS });
  const random = createRandom(1);
  const state = net.save();
  net.load({ ...state, weights: state.weights.map(() => random.uniform(-0.2, 0.2)) });
  return net;
}

/** Two sines and noise, INPUTS columns; the target of a row is the first column of the next. */
function createSeries(rows: number): Float32Array {
  const random = createRandom(2);
  return Float32Array.from({ length: rows * INPUTS }, (_, j) => {
    const t = Math.floor(j / INPUTS) + (j % INPUTS);
    return Math.sin(t * 0.1) + 0.5 * Math.sin(t * 0.031) + random.uniform(-0.05, 0.05);
  });
}

/** @returns CPU microseconds for `rows` rows */
function run(net: Net, work: Work, series: Float32Array, rows: number): number {
  const x = new Float32Array(INPUTS);
  const y = new Float32Array(1);
  const length = series.length / INPUTS;
  const start = process.cpuUsage();
  for (let t = 0; t < rows; t++) {
    const at = (t % (length - 1)) * INPUTS;
    for (let k = 0; k < INPUTS; k++) x[k] = series[at + k];
    net.step(y, x);
    if (work.k1 === 0) continue;
    net.setTarget(0, 0, series[at + INPUTS]);
    if (t % work.k1 === work.k1 - 1) net.learn(work.k2, OPTIONS);
  }
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

function measure(kernel: Kernel, hiddenSize: number, work: Work): Result {
  const series = createSeries(4096);
  const net = createNet(kernel, hiddenSize);
  run(net, work, series, 4096);
  const trial = 2048;
  const rows = Math.ceil((REPEAT_CPU_MS * 1000 * trial) / run(net, work, series, trial) / 32) * 32;
  const rates: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) rates.push((rows / run(net, work, series, rows)) * 1e6);
  rates.sort((a, b) => a - b);
  const median = rates[(REPEATS - 1) / 2];
  return {
    kernel: kernel.name,
    hiddenSize,
    work: work.name,
    rowsPerCpuSecond: Math.round(median),
    slowest: Math.round(rates[0]),
    fastest: Math.round(rates[REPEATS - 1]),
    windowsPerCpuSecond: work.k1 === 0 ? null : Math.round(median / work.k1),
  };
}

function line(cells: readonly (string | number)[]): string {
  return cells.map((cell, column) => String(cell).padStart([6, 4, 18, 14, 22, 16][column])).join('');
}

function main(): void {
  const print = (text: string): void => {
    process.stdout.write(`${text}\n`);
  };
  print(`rows per CPU-second, median of ${REPEATS}; D ${INPUTS}, O 1, float32, Node ${process.version}`);
  print(line(['kernel', 'H', 'work', 'rows/s', 'slowest … fastest', 'windows/s']));
  const results: Result[] = [];
  for (const hiddenSize of HIDDEN_SIZES) {
    for (const work of WORKS) {
      const result = measure(createPlainKernel(), hiddenSize, work);
      results.push(result);
      const spread = `${result.slowest} … ${result.fastest}`;
      const windows = result.windowsPerCpuSecond ?? '';
      print(line([result.kernel, hiddenSize, work.name, result.rowsPerCpuSecond, spread, windows]));
    }
  }
  mkdirSync('.cache/bench', { recursive: true });
  const machine = { node: process.version, arch: process.arch, cpu: cpus()[0]?.model ?? 'unknown' };
  writeFileSync(OUTPUT, `${JSON.stringify({ machine, inputSize: INPUTS, repeats: REPEATS, results }, null, 2)}\n`);
  print(`written to ${OUTPUT}`);
}

main();
