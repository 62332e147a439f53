import { ABSURD, InputGuard, LARGEST, type Usual } from './inputGuard.ts';
import { isNoReading } from './noReading.ts';

/** Fewer readings than this say nothing of what is usual. */
const LEAST_READINGS = 12;
/** Largest share of the readings that may be faults; more are a level of their own. */
const MOST_FAULTS = 1 / 3;
/**
 * Largest spread of one fault's readings, as a share of the distance from the others: they lie no farther apart. Those
 * of a burst of true ones do.
 */
const SPREAD = 0.25;
/** Share of the changes, smallest first, that are the sensor's own: each fault brings two that are not. */
const TRUE_CHANGES = 0.7;

/** Thirty readings say little of the usual: a value that is no word for "no reading" must be this many times farther away … */
const UNSURE = 2.5;
/** … and this many times as far as the others lie apart. */
const WIDTHS = 10;

/**
 * Tells faults among the first readings from what the others agree on, by the rule of the input guard, which cannot know
 * what is usual before: farther than 125 usual steps and the width of their range from all of those around the median, and
 * far more where it may be a true reading. Only what looks like one fault is thrown out: readings in a row, all at about one place.
 * @returns undefined where none of them is a fault, or too many are
 */
export function judgeFirst(readings: readonly number[]): Usual | undefined {
  const sane = readings.filter(isSane);
  if (sane.length < LEAST_READINGS) return undefined;
  const sorted = Float64Array.from(sane).sort();
  const step = Math.max(usualStep(sane), resolutionOf(sorted) / 2);
  let from = sorted.length >> 1;
  let to = from;
  const isFar = (inside: number, outside: number): boolean => {
    const gap = Math.abs(outside - inside);
    const width = sorted[to] - sorted[from];
    return isNoReading(outside)
      ? gap > ABSURD * step && gap > width
      : gap > UNSURE * ABSURD * step && gap > WIDTHS * width;
  };
  for (let isGrowing = true; isGrowing; ) {
    isGrowing = false;
    for (; from > 0 && !isFar(sorted[from], sorted[from - 1]); from--) isGrowing = true;
    for (; to < sorted.length - 1 && !isFar(sorted[to], sorted[to + 1]); to++) isGrowing = true;
  }
  const faults = sorted.length - (to - from + 1);
  if (faults === 0 || faults > MOST_FAULTS * sorted.length) return undefined;
  const low = sorted[from];
  const high = sorted[to];
  const usual = { step, low, high, first: sane.find((reading) => reading >= low && reading <= high) as number };
  return isOneFault(sane, usual) && !isAllBelieved(sane, usual) ? usual : undefined;
}

/** False for NaN too. */
export function isSane(reading: number): boolean {
  return Math.abs(reading) <= LARGEST;
}

function isOutside(reading: number, { low, high }: Usual): boolean {
  return reading < low || reading > high;
}

/** A burst that comes again, or whose readings differ as those of a true one do, belongs to the series. */
function isOneFault(readings: readonly number[], usual: Usual): boolean {
  const { low, high } = usual;
  let runs = 0;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let wasFault = false;
  for (const reading of readings) {
    const isFault = isOutside(reading, usual);
    if (isFault && !wasFault) runs++;
    if (isFault) {
      least = Math.min(least, reading);
      most = Math.max(most, reading);
    }
    wasFault = isFault;
  }
  const distance = Math.max(low - least, most - high);
  return runs === 1 && most - least <= SPREAD * distance + (high - low);
}

/** By a guard that knows what is usual: a pump that is switched on from rest is no fault, however rarely that happens. */
function isAllBelieved(readings: readonly number[], usual: Usual): boolean {
  const guard = new InputGuard();
  guard.expect(usual);
  return readings.every((reading, row) => guard.judge(reading, row) === 'believed');
}

function usualStep(readings: readonly number[]): number {
  return meanOfTrueChanges(readings.slice(1).map((reading, i) => Math.abs(reading - readings[i])));
}

/** Mean without the largest ones, NaN where there are none. */
export function meanOfTrueChanges(changes: readonly number[]): number {
  const sorted = Float64Array.from(changes).sort();
  const count = Math.ceil(TRUE_CHANGES * sorted.length);
  let sum = 0;
  for (let i = 0; i < count; i++) sum += sorted[i];
  return sum / count;
}

/** Smallest distance of two readings that differ; 0 where there are only two such: one may be a fault. */
function resolutionOf(sorted: Float64Array): number {
  let distinct = 1;
  let smallest = Number.POSITIVE_INFINITY;
  for (let i = 1; i < sorted.length; i++) {
    const gap = sorted[i] - sorted[i - 1];
    if (gap === 0) continue;
    distinct++;
    if (gap < smallest) smallest = gap;
  }
  return distinct > 2 ? smallest : 0;
}
