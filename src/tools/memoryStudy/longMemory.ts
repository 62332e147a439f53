import { createKernel } from '../../hosts/createKernel.ts';
import type { NetShape } from '../../kernel/kernel.ts';
import { gradientByLag } from '../../kernel/plain/gradientByLag.ts';
import { Network, type NetworkOptions } from '../../model/network.ts';
import { RecallRun, type RecallRunOptions } from './recallRun.ts';
import { type GroupScore, LAG_GROUPS, type LagGroup, learnedAt, scoreByLag, scoredPart } from './recallScore.ts';
import { createRecallSeries, LONGEST_LAG, RECALL_INPUTS, type RecallSeries } from './recallTask.ts';
import { measureUnits, type UnitMemory } from './unitMemory.ts';

export type MemoryCell = 'rnn' | 'lstm' | 'gru';

/** `online`: learning all the time. The others: the weights that came of it, left as they are, on a stream never seen. */
export type MemoryMode = 'online' | 'frozen' | 'frozen, state wiped';

export interface MemoryScore {
  readonly cell: MemoryCell;
  readonly mode: MemoryMode;
  readonly groups: readonly GroupScore[];
  /** Row at which 95 % of the last 200 answers were right; null where that never was, or nothing was learned. */
  readonly learnedAt: number | null;
}

/** Mean norm of ∂answer/∂(state `lag` rows before the go): (LONGEST_LAG + 1), by lag from 0 on. */
export interface GradientReach {
  readonly cell: MemoryCell;
  readonly stage: 'new' | 'learned';
  readonly norms: Float64Array;
}

export interface LongMemoryReport {
  readonly rows: number;
  readonly seed: number;
  readonly scores: readonly MemoryScore[];
  readonly reaches: readonly GradientReach[];
  /** Units of the cells with a gate that forgets, as learned. */
  readonly units: readonly UnitMemory[];
  /** False where it was stopped: what had not been measured is missing. */
  readonly isComplete: boolean;
}

export interface LongMemoryOptions {
  /** Rows that each network learns from. */
  readonly rows: number;
  readonly seed: number;
  readonly cells: readonly MemoryCell[];
  readonly stop: AbortSignal;
  readonly onProgress?: (cell: MemoryCell, row: number) => void;
}

/** Rows of the stream on which what was learned is tested. */
const TEST_ROWS = 60_000;
/** Rows among these that the gradient is sent back through: some forty goes of the longest lags. */
const REACH_ROWS = 8000;
/** Between two looks at the outside world. */
const SLICE = 1000;

const OPTIONS = {
  inputSize: RECALL_INPUTS,
  hiddenSize: 16,
  outputSize: 1,
  every: 8,
  // Longer than the longest lag, so that cue and label fall into one window.
  window: LONGEST_LAG + 16,
  longestDelay: 1,
  learningRate: 3e-3,
  loss: 'logistic',
  beta2: 0.99,
  chronoLag: LONGEST_LAG,
} as const satisfies Partial<NetworkOptions>;

/** Networks that differ only in their cell, on the same delayed-recall stream: what they remember, and why. */
export async function runLongMemory(options: LongMemoryOptions): Promise<LongMemoryReport> {
  const { rows, seed, cells, stop } = options;
  const series = createRecallSeries(rows, seed);
  const test = createRecallSeries(TEST_ROWS, seed + 1);
  const scores: MemoryScore[] = [];
  const reaches: GradientReach[] = [];
  const units: UnitMemory[] = [];
  for (const cell of cells) {
    if (stop.aborted) break;
    const network = new Network(createKernel({ kernel: 'auto', cell }), { ...OPTIONS, cell, seed });
    try {
      const fresh = network.copyWeights();
      const online = await learn(network, series, cell, options);
      if (online === undefined) break;
      scores.push(online);
      if (cell === 'lstm') scores.push(...testState(network, test));
      reaches.push({ cell, stage: 'new', norms: measureReach(fresh, cell, test) });
      const learned = network.copyWeights();
      reaches.push({ cell, stage: 'learned', norms: measureReach(learned, cell, test) });
      units.push(...unitsOf(learned, cell, test));
    } finally {
      network.free();
    }
  }
  return { rows, seed, scores, reaches, units, isComplete: !stop.aborted };
}

/** @returns undefined where it was stopped */
async function learn(
  network: Network,
  series: RecallSeries,
  cell: MemoryCell,
  { stop, onProgress }: LongMemoryOptions,
): Promise<MemoryScore | undefined> {
  const run = new RecallRun(network, series, { isLearning: true, wipesState: false });
  while (run.advance(SLICE)) {
    onProgress?.(cell, run.row);
    await new Promise((resolve) => setImmediate(resolve));
    if (stop.aborted) return undefined;
  }
  return { cell, mode: 'online', groups: scoreByLag(scoredPart(run.answers)), learnedAt: learnedAt(run.answers) };
}

/** The answers when the state is lost on the way, as by a restart without it. */
function testState(network: Network, test: RecallSeries): MemoryScore[] {
  return (['frozen', 'frozen, state wiped'] as const).map((mode) => {
    network.resetState();
    const options: RecallRunOptions = { isLearning: false, wipesState: mode !== 'frozen' };
    const run = new RecallRun(network, test, options);
    run.advance(test.rows);
    return { cell: 'lstm', mode, groups: scoreByLag(run.answers), learnedAt: null };
  });
}

function unitsOf(weights: Float32Array, cell: MemoryCell, test: RecallSeries): readonly UnitMemory[] {
  const units = measureUnits(weights, cell, OPTIONS.hiddenSize, test);
  return units === undefined ? [] : [units];
}

/** At the goes of the longest lags: the group that only a long memory can answer. */
function measureReach(weights: Float32Array, cell: MemoryCell, { x, trials }: RecallSeries): Float64Array {
  const { inputSize, hiddenSize, outputSize } = OPTIONS;
  const shape: NetShape = { cell, inputSize, hiddenSize, outputSize, rows: 1 };
  const at = trials
    .filter(({ cueAt, goAt }) => goAt - cueAt >= (LAG_GROUPS.at(-1) as LagGroup).from)
    .map(({ goAt }) => goAt)
    .filter((t) => t >= LONGEST_LAG && t < REACH_ROWS);
  return gradientByLag(weights, shape, x.subarray(0, REACH_ROWS * RECALL_INPUTS), at, LONGEST_LAG);
}
