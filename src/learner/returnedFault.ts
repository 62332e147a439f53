import { LASTING } from './doubt.ts';
import { isSane, meanOfTrueChanges } from './firstJudgement.ts';
import { isNoReading } from './noReading.ts';

/** Usual steps of a jump, and of one to or from a number that means "no reading". */
const JUMP = 15;
const JUMP_OF_WORD = 10;
/** Readings that must have come after a fault: it is over. */
const RETURNED = 3;
/** Share of the jump within which the series is back on its way; its own turns in the meantime may add as much. */
const BACK = 0.25;
/** Share of its way that a series gains where it drifts. */
const DIRECTED = 0.5;

/** Rows of a fault, both inclusive. */
export interface FaultRows {
  readonly from: number;
  readonly to: number;
}

/** Readings between two jumps: their first and last, by number among the sane ones. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Changes that a series makes by itself from reading to reading, in the sensor's unit. */
interface OwnChange {
  /** Mean size. */
  readonly step: number;
  /** Mean where most of them have one direction, as in a total; else 0. */
  readonly drift: number;
}

/**
 * Finds a fault among the first readings once it is over, by what came after it: one stretch that begins and ends with a
 * jump, is shorter than a new level, and from which the series has come back to where it was. Then the fault need not be as
 * far away as for a judgement at once. Where several stretches are like that, they belong to the series, unless
 * only one of them says that there is no reading.
 * @param readings one per row; NaN where there is none, or where it is known to be a fault
 * @returns undefined where there is none
 */
export function findReturnedFault(readings: readonly number[]): FaultRows | undefined {
  const rows = readings.flatMap((reading, row) => (isSane(reading) ? [row] : []));
  const sane = rows.map((row) => readings[row]);
  const own = ownChangeOf(sane);
  const short = stretchesOf(sane, own.step).filter((stretch) => isReturned(sane, stretch, own));
  const words = short.filter((stretch) => isOnlyWord(sane, stretch));
  const [fault, ...others] = words.length === 1 ? words : short;
  return fault === undefined || others.length > 0 ? undefined : { from: rows[fault.from], to: rows[fault.to] };
}

/** The step is that of changes other than none: a series that mostly rests, and is switched on now and then, has steps of that size. */
function ownChangeOf(sane: readonly number[]): OwnChange {
  const changes = sane.slice(1).map((reading, i) => Math.abs(reading - sane[i]));
  const step = meanOfTrueChanges(changes.filter((change) => change > 0));
  let sum = 0;
  let way = 0;
  let count = 0;
  for (let i = 1; i < sane.length; i++) {
    if (isJump(sane[i - 1], sane[i], step)) continue;
    sum += sane[i] - sane[i - 1];
    way += Math.abs(sane[i] - sane[i - 1]);
    count++;
  }
  return { step, drift: Math.abs(sum) > DIRECTED * way ? sum / count : 0 };
}

function stretchesOf(sane: readonly number[], step: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0;
  for (let i = 1; i <= sane.length; i++) {
    if (i < sane.length && !isJump(sane[i - 1], sane[i], step)) continue;
    stretches.push({ from, to: i - 1 });
    from = i;
  }
  return stretches;
}

function isJump(before: number, after: number, step: number): boolean {
  const least = isNoReading(before) || isNoReading(after) ? JUMP_OF_WORD : JUMP;
  return Math.abs(after - before) > least * step;
}

/**
 * It has lasted less than a level, and the readings around it agree: the series is where it was, or where its drift has taken it in
 * the meantime, or between the two. What comes first must be a word: nothing is known of before.
 */
function isReturned(sane: readonly number[], { from, to }: Stretch, { step, drift }: OwnChange): boolean {
  if (to - from + 1 >= LASTING || to + RETURNED >= sane.length) return false;
  const after = sane[to + 1];
  for (let i = to + 2; i <= to + RETURNED; i++) if (isJump(sane[i - 1], sane[i], step)) return false;
  if (from === 0) return isOnlyWord(sane, { from, to });
  const before = sane[from - 1];
  const jump = Math.min(Math.abs(sane[from] - before), Math.abs(after - sane[to]));
  const changes = to - from + 2;
  const way = changes * drift;
  const beyond = Math.max(0, after - before - Math.max(way, 0), before - after + Math.min(way, 0));
  return beyond <= BACK * jump + Math.min(changes * step, BACK * jump);
}

/** The readings all mean "no reading", and no other reading is the same number. */
function isOnlyWord(sane: readonly number[], { from, to }: Stretch): boolean {
  const word = sane[from];
  return isNoReading(word) && sane.every((reading, i) => (reading === word) === (i >= from && i <= to));
}
