import {
  MEMORY_NETWORKS,
  type MemoryNetwork,
  type MemoryProbe,
  type MemoryRequest,
  type NoMemory,
} from '../../domain/memoryProbe.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { parameterViews } from '../../kernel/parameterLayout.ts';
import { stateOf } from '../../kernel/plain/cellTrace.ts';
import { gradientByLag } from '../../kernel/plain/gradientByLag.ts';
import { halfLives, keptShares, lagOfHalf, networkHalfLife, unitImportance } from '../../kernel/plain/halfLives.ts';
import { cellInputSize } from '../../kernel/shapeSizes.ts';
import { readSnapshot, type SnapshotContents } from '../../model/restoreSnapshot.ts';
import { SnapshotError } from '../../model/snapshotFormat.ts';
import { networksOf } from '../carryOver/names.ts';
import { type LearnerSchema, parseSchema } from '../carryOver/schema.ts';
import { type MemoryRun, runClassJudge, runForecaster } from './memoryRun.ts';
import { classesIn } from './probeClass.ts';

/** Lags up to which an error is followed back, and rows before these that bring h and c to life. */
const LAGS = 64;
const REACH_ROWS = LAGS + 32;
/** Rows back from the newest at which an error is begun. */
const STARTS = [0, 8, 16, 24] as const;

/**
 * Looks into the memory of one network of a stream: its gates over the last 120 rows, how long its units remember, how far an
 * error reaches back, and the shares of the past in its present answer.
 * @param contents a learner's snapshot
 * @throws SnapshotError where what is kept is damaged
 */
export function probeMemory(
  contents: SnapshotContents,
  stream: StreamId,
  request: MemoryRequest,
): MemoryProbe | NoMemory {
  const schema = parseSchema(contents.schema);
  if (schema === undefined) throw new SnapshotError('damaged', 'what its numbers belong to cannot be read');
  const networks = memoriesOf(contents, schema);
  const forecasters = networks.filter((name) => name !== 'classes');
  // Who names a horizon asks for a forecast.
  const { network = (request.horizon === undefined ? networks : forecasters)[0] } = request;
  const { horizon = schema.horizons[0] } = request;
  if (network === undefined) return 'no-network';
  if (!networks.includes(network)) return 'no-such-network';
  const place = schema.horizons.indexOf(horizon);
  if (place < 0) return 'no-horizon';
  const isJudge = network === 'classes';
  const run = isJudge ? runClassJudge(contents, schema, request.rows) : runForecaster(contents, schema, network, place);
  if (typeof run === 'string') return run;
  const { horizons } = schema;
  const subject = { stream, network, networks, horizons, horizon: isJudge ? undefined : horizon };
  return { ...subject, ...momentsOf(contents, run), ...memoryOf(run), shares: run.shares };
}

/** The same of the bytes of a learner's snapshot. */
export function probeSnapshot(bytes: Uint8Array, stream: StreamId, request: MemoryRequest): MemoryProbe | NoMemory {
  return probeMemory(readSnapshot(bytes), stream, request);
}

/** Networks of the stream that have a memory. */
function memoriesOf(contents: SnapshotContents, schema: LearnerSchema): readonly MemoryNetwork[] {
  const found: readonly string[] = [...networksOf(schema), ...(classesIn(contents) === undefined ? [] : ['classes'])];
  return MEMORY_NETWORKS.filter((name) => found.includes(name));
}

type Numbers = 'cell' | 'units' | 'states' | 'halfLives' | 'importance' | 'halfLife' | 'reach';

function memoryOf(run: MemoryRun): Pick<MemoryProbe, Numbers> {
  const { shape, weights, output, trace } = run;
  const { cell, hiddenSize: H } = shape;
  const kept = keptShares(trace);
  const lives = kept === undefined ? new Float32Array(0) : halfLives(kept, H);
  const { Wy } = parameterViews(weights, shape);
  const importance = unitImportance(trace, Wy.subarray(output * H, (output + 1) * H));
  const reach = reachOf(run);
  const halfLife = kept === undefined ? lagOfHalf(reach) : networkHalfLife(lives, importance);
  return { cell, units: H, states: trace, halfLives: lives, importance, halfLife, reach };
}

/** (L + 1) Mean norm of the gradient of the answer by the state of earlier rows, by lag, beside that of lag 0. */
function reachOf({ shape, weights, output, x }: MemoryRun): Float32Array {
  const D = cellInputSize(shape);
  const rows = Math.min(REACH_ROWS, x.length / D);
  const longest = Math.min(LAGS, rows - 1);
  if (longest < 1) return new Float32Array(0);
  const at = STARTS.map((back) => rows - 1 - back).filter((row) => row >= longest);
  const norms = gradientByLag(weights, shape, x.subarray(x.length - rows * D), at, longest, output);
  return Float32Array.from(norms, (norm) => (norms[0] > 0 ? norm / norms[0] : 0));
}

/** Times and readings of the rows that are shown, by the history of the stream. */
function momentsOf(
  { entries }: SnapshotContents,
  { trace, times, shape }: MemoryRun,
): Pick<MemoryProbe, 'at' | 'interval' | 'times' | 'readings'> {
  const T = (stateOf(trace, 'h') as Float32Array).length / shape.hiddenSize;
  const [at, value] = ['at', 'value'].map((name) => entries.get(`row.history.${name}`));
  const [next, count] = ['next', 'count'].map((name) => entries.get(`row.history.${name}`)?.[0] ?? 0);
  const ofHistory = (column: ArrayLike<number> | undefined, age: number): number => {
    if (column === undefined || age >= count) return Number.NaN;
    return column[(next - 1 - age + column.length) % column.length] ?? Number.NaN;
  };
  const interval = entries.get('row.cadence.numbers')?.[1] ?? 0;
  const ages = Array.from({ length: T }, (_, t) => T - 1 - t);
  const known = times ?? ages.map((age) => 1000 * ofHistory(at, age));
  const shown = known.slice(known.length - T);
  return {
    at: entries.get('row.moment')?.[3] ?? shown[T - 1],
    interval: Number.isFinite(interval) ? Math.max(0, interval) : 0,
    times: shown,
    readings: ages.map((age) => ofHistory(value, age)),
  };
}
