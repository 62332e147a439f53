import type { ExpertName } from '../../domain/expertName.ts';
import type { NoMemory, Probe } from '../../domain/memoryProbe.ts';
import type { NetShape } from '../../kernel/kernel.ts';
import { type CellTrace, traceCell } from '../../kernel/plain/cellTrace.ts';
import { halfLives, keptShares } from '../../kernel/plain/halfLives.ts';
import type { SnapshotContents } from '../../model/restoreSnapshot.ts';
import type { LearnerSchema } from '../carryOver/schema.ts';
import { type KeptWindow, readWindow } from './keptWindow.ts';
import { explainClass, readClassWindow } from './probeClass.ts';
import { explainForecast } from './probeForecast.ts';
import { readReplayRows } from './replayRows.ts';

/** Rows that are shown. */
const SHOWN = 120;
/** Rows before them that bring h and c to life where no state is kept: more of them bring the states no nearer to what they were. */
const BURN_IN = 64;
/** Half-lives that a unit needs to forget that it began with 0. */
const BURN_IN_LIVES = 8;
const LONGEST_BURN_IN = 512;
/** Rows over which a class is explained, unless told otherwise. */
const CLASS_ROWS = 192;

/** The last rows of a network, run again with the weights of now. */
export interface MemoryRun {
  readonly shape: NetShape;
  /** (P) */ readonly weights: Float32Array;
  /** Head row that is looked at. */ readonly output: number;
  /** Trace of the last 120 rows, or of all where fewer are kept. */ readonly trace: CellTrace;
  /** (n, D − E): these rows and some before them. */ readonly x: Float32Array;
  /** ms, of as many of the newest rows as are known. */ readonly times: readonly number[] | undefined;
  readonly shares: Probe;
}

/** @param horizon place of the horizon @throws SnapshotError where what is kept is damaged */
export function runForecaster(
  { entries }: SnapshotContents,
  schema: LearnerSchema,
  network: ExpertName,
  horizon: number,
): MemoryRun | NoMemory {
  const window = readWindow(entries, schema, network);
  if (window === undefined) return 'no-rows';
  const { shape, weights } = window;
  const shares = explainForecast(entries, schema, network, horizon, window);
  return { shape, weights, output: horizon, ...runWindow(entries, schema, window), times: undefined, shares };
}

/**
 * The window of learning as it was, from the state that it begins with. Where it is shorter than what is shown, rows of the
 * replay memory come before it, from h = c = 0.
 */
function runWindow(
  entries: SnapshotContents['entries'],
  schema: LearnerSchema,
  { shape, weights, rows, x, h, c }: KeptWindow,
): Pick<MemoryRun, 'trace' | 'x'> {
  const { inputSize: D, hiddenSize: H } = shape;
  const newest = traceCell(weights, shape, x, { h, c });
  const missing = SHOWN - rows;
  if (missing <= 0) return { trace: lastRows(newest, SHOWN * H), x };
  const runOlder = (burnIn: number): { readonly x: Float32Array; readonly trace: CellTrace } => {
    const older = readReplayRows(entries, schema, D, rows, missing + burnIn);
    return { x: older, trace: traceCell(weights, shape, older) };
  };
  let older = runOlder(BURN_IN);
  const burnIn = Math.min(LONGEST_BURN_IN, Math.ceil(BURN_IN_LIVES * longestLife(older.trace, H)));
  if (burnIn > BURN_IN) older = runOlder(burnIn);
  return { trace: joined(lastRows(older.trace, missing * H), newest), x: concat(older.x, x) };
}

/** Rows; 0 where the cell has no gate that forgets, or no row was run. */
function longestLife(trace: CellTrace, H: number): number {
  const kept = keptShares(trace);
  return kept === undefined || kept.length === 0 ? 0 : Math.max(...halfLives(kept, H));
}

/** @throws SnapshotError where what is kept is damaged */
export function runClassJudge(
  contents: SnapshotContents,
  schema: LearnerSchema,
  wanted: number = CLASS_ROWS,
): MemoryRun | NoMemory {
  const window = readClassWindow(contents, schema, Math.max(SHOWN, wanted));
  if (typeof window === 'string') return window;
  const { shape, weights, rows, place } = window;
  const [x, h, c] = [rows.x, rows.h, rows.c].map((floats) => Float32Array.from(floats));
  const trace = lastRows(traceCell(weights, shape, x, { h, c }), SHOWN * shape.hiddenSize);
  const explained = wanted < SHOWN ? readClassWindow(contents, schema, wanted) : window;
  if (typeof explained === 'string') return explained;
  const shares = explainClass(explained, schema);
  return { shape, weights, output: place, trace, x, times: rows.times, shares };
}

/** The last numbers of each state, or all of them. */
function lastRows(trace: CellTrace, numbers: number): CellTrace {
  return trace.map(({ name, values }) => ({ name, values: values.subarray(Math.max(0, values.length - numbers)) }));
}

function joined(older: CellTrace, newer: CellTrace): CellTrace {
  return older.map(({ name, values }, k) => ({ name, values: concat(values, newer[k].values) }));
}

function concat(older: Float32Array, newer: Float32Array): Float32Array {
  const both = new Float32Array(older.length + newer.length);
  both.set(older);
  both.set(newer, older.length);
  return both;
}
