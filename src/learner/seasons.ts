import { CALENDAR_FEATURES, calendarFeatures, DAY_MS, WEEK_MS } from './calendar.ts';
import type { Row } from './row.ts';

/** The calendar, and what was read a day and a week ago: looked up once a row for all who want it. NaN: not known. */
export class Seasons {
  readonly #horizons: readonly number[];
  readonly calendar: Float64Array = new Float64Array(CALENDAR_FEATURES);
  /** A day and a week before this row. */
  day: number = Number.NaN;
  week: number = Number.NaN;
  /** (K): a day and a week before the moment that is forecast. */
  readonly dayAhead: Float64Array;
  readonly weekAhead: Float64Array;

  constructor(horizons: readonly number[]) {
    this.#horizons = horizons;
    this.dayAhead = new Float64Array(horizons.length).fill(Number.NaN);
    this.weekAhead = new Float64Array(horizons.length).fill(Number.NaN);
  }

  update(row: Row): void {
    calendarFeatures(this.calendar, 0, row.localMs);
    this.day = row.seasonAgo(DAY_MS, 0);
    this.week = row.seasonAgo(WEEK_MS, 0);
    for (let k = 0; k < this.#horizons.length; k++) {
      const steps = this.#horizons[k];
      this.dayAhead[k] = row.seasonAgo(DAY_MS, steps);
      this.weekAhead[k] = row.seasonAgo(WEEK_MS, steps);
    }
  }
}
