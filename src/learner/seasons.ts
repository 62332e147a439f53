import { CALENDAR_FEATURES, calendarFeatures, DAY_MS, WEEK_MS } from './calendar.ts';
import type { Observation } from './observation.ts';

/** Parts that an expert reads; the others are not looked up, and are NaN. */
export interface SeasonParts {
  readonly calendar: boolean;
  readonly day: boolean;
  readonly week: boolean;
}

const ALL: SeasonParts = { calendar: true, day: true, week: true };

/** The calendar, and what was read a day and a week ago: looked up once a row for all who want it. NaN: not known. */
export class Seasons {
  readonly #horizons: readonly number[];
  readonly #wanted: SeasonParts;
  readonly calendar: Float64Array = new Float64Array(CALENDAR_FEATURES);
  /** A day and a week before this row. */
  day: number = Number.NaN;
  week: number = Number.NaN;
  /** (K): a day and a week before the moment that is forecast. */
  readonly dayAhead: Float64Array;
  readonly weekAhead: Float64Array;

  constructor(horizons: readonly number[], wanted: SeasonParts = ALL) {
    this.#horizons = horizons;
    this.#wanted = wanted;
    this.calendar.fill(Number.NaN);
    this.dayAhead = new Float64Array(horizons.length).fill(Number.NaN);
    this.weekAhead = new Float64Array(horizons.length).fill(Number.NaN);
  }

  update(row: Observation): void {
    const { calendar, day, week } = this.#wanted;
    if (calendar) calendarFeatures(this.calendar, 0, row.localMs);
    if (day) {
      this.day = row.seasonAgo(DAY_MS, 0);
      this.#lookAhead(this.dayAhead, row, DAY_MS);
    }
    if (week) {
      this.week = row.seasonAgo(WEEK_MS, 0);
      this.#lookAhead(this.weekAhead, row, WEEK_MS);
    }
  }

  #lookAhead(ahead: Float64Array, row: Observation, seasonMs: number): void {
    for (let k = 0; k < this.#horizons.length; k++) ahead[k] = row.seasonAgo(seasonMs, this.#horizons[k]);
  }
}
