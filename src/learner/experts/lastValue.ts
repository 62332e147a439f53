import type { ExpertName } from '../../domain/expertName.ts';
import type { Observation } from '../observation.ts';
import type { Expert } from './expert.ts';

/** Persistence: nothing will change. Hard to beat at short horizons, and the yardstick of every skill. */
export class LastValue implements Expert {
  readonly name: ExpertName = 'last_value';
  readonly isBaseline = true;
  readonly isHealthy = true;

  observe(): void {
    // It learns nothing.
  }

  move(): void {
    // It remembers nothing.
  }

  predict(forecast: Float64Array, row: Observation): void {
    // `fill` leaves the compiled code: dearer than all else here.
    for (let k = 0; k < forecast.length; k++) forecast[k] = row.value;
  }

  learn(): void {
    // It learns nothing.
  }

  forget(): void {
    // It remembers nothing.
  }

  exchange(): void {
    // It has no state.
  }

  free(): void {
    // It holds no memory.
  }
}
