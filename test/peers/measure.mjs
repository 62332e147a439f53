// One work at one size: who does the same, and how fast each is. Sides take turns, so that what else the machine does meets
// all of them; what is counted is the CPU time of their own processes.
import { SideSkips } from './side.mjs';

/** Largest difference of a squared error that float32 and another order of sums explain; measured are up to 3e-6. */
export const TOLERANCE = 2e-5;
/** So many rows, at the least, must agree. */
const AGREEING_ROWS = 256;
/** Rows are run in multiples of the window. */
const WINDOW = 16;
const REFERENCE = 'plain';

/**
 * @param plan { rounds, sliceSeconds, warmSeconds, errorRows }
 * @returns { work, hiddenSize, results, ratios, broken }: results by side, ratios of tidegate's kernels to all others
 */
export async function measureWork(sides, work, hiddenSize, plan) {
  const able = [];
  const broken = [];
  for (const side of sides) {
    const entry = await guard(side, broken, () => prepare(side, work, hiddenSize, plan));
    if (entry) able.push(entry);
  }
  const reference = able.find(({ side }) => side.id === REFERENCE) ?? able.find(({ side }) => !side.differs);
  for (const entry of able) entry.maxDifference = entry.side.differs ? null : largestDifference(entry, reference);
  let entries = fastestVariants(able);
  for (let round = 0; round < plan.rounds; round++) {
    for (const entry of round % 2 === 0 ? entries : entries.toReversed()) {
      const rate = await guard(entry.side, broken, async () => entry.rows / (await entry.side.run(entry.rows)));
      if (rate === undefined) entries = entries.filter((other) => other !== entry);
      else entry.rates.push(rate);
    }
  }
  return { work, hiddenSize, results: entries.map(toResult), ratios: ratiosOf(entries), broken };
}

/** Errors of the first rows, then enough rows that the compilers have done their part and the size of a slice is known. */
async function prepare(side, work, hiddenSize, { sliceSeconds, warmSeconds, errorRows }) {
  await side.create(work, hiddenSize);
  const errors = await side.errors(errorRows);
  const enough = side.compilesWhileRunning ? warmSeconds : sliceSeconds;
  let rows = WINDOW;
  let seconds = await side.run(rows);
  for (let spent = seconds; spent < enough || seconds < sliceSeconds / 2; spent += seconds) {
    rows = sliceRows(rows, Math.max(seconds, sliceSeconds / 8), sliceSeconds);
    seconds = await side.run(rows);
  }
  return { side, errors, rows: sliceRows(rows, seconds, sliceSeconds), trialRate: rows / seconds, rates: [] };
}

/** How many rows take a slice, when `rows` took `seconds`: a multiple of the window, at least one. */
function sliceRows(rows, seconds, sliceSeconds) {
  return Math.max(Math.round((rows * sliceSeconds) / seconds / WINDOW), 1) * WINDOW;
}

/** @returns undefined where the side has no such work, or broke: then it is named in `broken` */
async function guard(side, broken, action) {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof SideSkips)) broken.push({ name: side.name, reason: error.message });
  }
}

function largestDifference(entry, reference) {
  let largest = 0;
  for (let r = 0; r < AGREEING_ROWS; r++) {
    const difference = Math.abs(entry.errors[r] - reference.errors[r]);
    // NaN counts as the largest: it must not pass.
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}

/** Of the ways to do the same with one library only the one that the trial found fastest. */
function fastestVariants(entries) {
  return entries.filter(
    (entry) =>
      entry.side.bestOf === undefined ||
      entries.every(
        (other) => other.side.bestOf !== entry.side.bestOf || other.trialRate <= entry.trialRate || other === entry,
      ),
  );
}

function toResult({ side, errors, maxDifference, rates }) {
  const sorted = rates.toSorted((a, b) => a - b);
  const { id, name, role, version, differs = null } = side;
  return {
    id,
    name,
    role,
    version,
    differs,
    maxDifference,
    meanSquaredError: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    rowsPerCpuSecond: median(sorted),
    slowest: sorted[0],
    fastest: sorted.at(-1),
  };
}

/** Per kernel of tidegate and per other side: the median over the rounds of tidegate's rate by the other's. */
function ratiosOf(entries) {
  const kernels = entries.filter(({ side }) => side.role === 'tidegate');
  return kernels.flatMap((kernel) =>
    entries
      .filter((other) => other !== kernel)
      .map((other) => {
        const ratios = kernel.rates.map((rate, round) => rate / other.rates[round]).toSorted((a, b) => a - b);
        return {
          kernel: kernel.side.id,
          other: other.side.id,
          ratio: median(ratios),
          low: ratios[0],
          high: ratios.at(-1),
        };
      }),
  );
}

function median(sorted) {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
