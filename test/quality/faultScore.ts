import type { Life } from './life.ts';

/** Rows after a fault that are still its own. */
const AFTERMATH = 20;
const WIDTH_ROWS = 50;
const SOURCE_ROWS = 200;
/** The first rows have no forecast, or one from nothing. */
const FIRST_ROW = 2;

/** Cost of faults: a learner that lived through them beside one that lived through the same series without. */
export interface FaultScore {
  /** MAE over all rows / that of the last value as it came. */
  readonly overLast: number;
  /** The same of the clean life. */
  readonly cleanOverLast: number;
  /** MAE of the rows that are no fault's, nor in the 20 after one, / that of the same rows in the clean life. */
  readonly others: number;
  /** Largest width 50 rows after a fault / the larger of that before it and that of the clean life there. */
  readonly width: number;
  /** Faults in which a row scored 1 or more. */
  readonly found: number;
  /** Faults 200 rows after which the last value answers, where it does not in the clean life. */
  readonly stuck: number;
  /** A row from 20 to 200 after a fault scores 1 or more, where none does in the clean life. */
  readonly isAlarmed: boolean;
}

export function scoreFaults(life: Life, clean: Life, places: readonly number[], length: number): FaultScore {
  const rows = life.values.length;
  const isOther = (row: number): boolean => !places.some((place) => row >= place && row < place + length + AFTERMATH);
  const all = (): boolean => true;
  return {
    overLast: errorOf(life, all) / lastValueError(life.values, all),
    cleanOverLast: errorOf(clean, all) / lastValueError(clean.values, all),
    others: errorOf(life, isOther) / errorOf(clean, isOther),
    width: Math.max(
      ...places.map((place) => widening(life, clean, place, Math.min(place + length + WIDTH_ROWS, rows - 1))),
    ),
    found: places.filter((place) => hasAlarm(life, place, place + length)).length,
    stuck: places.filter((place) => isStuck(life, clean, Math.min(place + length + SOURCE_ROWS, rows - 1))).length,
    isAlarmed: places.some((place) => {
      const [from, to] = [place + length + AFTERMATH, place + length + SOURCE_ROWS];
      return hasAlarm(life, from, to) && !hasAlarm(clean, from, to);
    }),
  };
}

/** Mean absolute error of the forecasts for the rows that are chosen. */
export function errorOf({ values, mean }: Pick<Life, 'values' | 'mean'>, isChosen: (row: number) => boolean): number {
  let sum = 0;
  let count = 0;
  for (let row = FIRST_ROW; row < values.length; row++) {
    if (!isChosen(row)) continue;
    sum += Math.abs((mean[row - 1] as number) - (values[row] as number));
    count++;
  }
  return sum / count;
}

/** The same of the last value. */
export function lastValueError(values: readonly number[], isChosen: (row: number) => boolean): number {
  const mean = Float64Array.from(values);
  return errorOf({ values, mean }, isChosen);
}

export function widthAt({ lower, upper }: Life, row: number): number {
  return (upper[row] as number) - (lower[row] as number);
}

/** Before the first error there is no width to compare with: then the clean life's stands alone. */
function widening(life: Life, clean: Life, place: number, row: number): number {
  const before = place > 0 ? widthAt(life, place - 1) : Number.NaN;
  return widthAt(life, row) / Math.max(Number.isNaN(before) ? 0 : before, widthAt(clean, row));
}

function hasAlarm({ score }: Life, from: number, to: number): boolean {
  return score.subarray(from, to).some((each) => each >= 1);
}

function isStuck(life: Life, clean: Life, row: number): boolean {
  return life.source[row] === 'last_value' && clean.source[row] !== 'last_value';
}
