import type { ExpertName } from '../../domain/expertName.ts';
import type { Row } from '../row.ts';
import type { Seasons } from '../seasons.ts';
import type { Expert } from './expert.ts';

/** The value of a day or a week ago: what will come is what came then. The last value where that is not known. */
export class Seasonal implements Expert {
  readonly name: ExpertName;
  readonly isBaseline = true;
  readonly isHealthy = true;
  readonly #past: Float64Array;

  constructor(name: 'seasonal_day' | 'seasonal_week', seasons: Seasons) {
    this.name = name;
    this.#past = name === 'seasonal_day' ? seasons.dayAhead : seasons.weekAhead;
  }

  observe(): void {
    // It learns nothing.
  }

  move(): void {
    // The history has moved already.
  }

  predict(forecast: Float64Array, row: Row): void {
    for (let k = 0; k < forecast.length; k++) {
      const past = this.#past[k];
      forecast[k] = Number.isNaN(past) ? row.value : past;
    }
  }

  learn(): void {
    // It learns nothing.
  }

  forget(): void {
    // It remembers nothing but the history.
  }

  exchange(): void {
    // The past lies in the row's history.
  }

  free(): void {
    // It holds no memory.
  }
}
