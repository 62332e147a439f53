import type { ExpertName } from '../../domain/expertName.ts';
import type { LinearForecast } from '../linearForecast.ts';
import type { Expert } from './expert.ts';

/** The linear model's own word. What it knows and learns is shared, so it lies in `LinearForecast`. */
export class Linear implements Expert {
  readonly name: ExpertName = 'linear';
  readonly isBaseline = true;
  readonly isHealthy = true;
  readonly #linear: LinearForecast;

  constructor(linear: LinearForecast) {
    this.#linear = linear;
  }

  observe(): void {
    // The shared model has learned already.
  }

  move(): void {
    // The shared model has moved already.
  }

  predict(forecast: Float64Array): void {
    forecast.set(this.#linear.mean);
  }

  learn(): void {
    // It learns when a target arrives.
  }

  forget(): void {
    // Its memory are the lags: they are read anew at each row.
  }

  exchange(): void {
    // It has no state of its own.
  }

  free(): void {
    // It holds no memory of its own.
  }
}
