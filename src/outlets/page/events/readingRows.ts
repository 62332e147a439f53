import type { SettingsOf } from '../../../domain/decode.ts';
import { EXPERT_NAMES } from '../../../domain/expertName.ts';
import { AT, BOUNDS, EXPECTED, HORIZONS, SCORE, VALUE } from '../../../domain/forecastRow.ts';
import { Grain } from '../../../domain/roundForecast.ts';
import { writeTargetTimes } from '../../../domain/targetTime.ts';
import type { ApiForecastRow, ApiReadingRow } from '../api.ts';
import type { PageStream } from '../pageStreams.ts';

/** Names of the places of sources in rows. */
export const SOURCES: readonly string[] = EXPERT_NAMES;

/** Rows of the frames, with the numbers as they are published. */
export class ReadingRows {
  readonly #settingsOf: SettingsOf;
  readonly #grain = new Grain();
  readonly #bounds = new Float64Array(BOUNDS);

  constructor(settingsOf: SettingsOf) {
    this.#settingsOf = settingsOf;
  }

  /** The last reading of a stream; undefined: it had none. */
  reading({ index, id, last }: PageStream): ApiReadingRow | undefined {
    if (last === undefined) return undefined;
    const { numbers, anomaly, source } = last;
    this.#grain.set(last, this.#settingsOf(id).valid);
    const [mean, lower, upper] = this.#round(numbers, EXPECTED);
    const score = numbers[SCORE];
    return [
      index,
      numbers[AT],
      toNullable(numbers[VALUE]),
      mean,
      lower,
      upper,
      toNullable(Math.round(score * 1e4) / 1e4),
      anomaly ? 1 : 0,
      SOURCES.indexOf(source),
    ];
  }

  /** Its forecasts, smallest horizon first. */
  forecasts({ id, last }: PageStream): readonly ApiForecastRow[] {
    if (last === undefined) return [];
    const { numbers, horizons } = last;
    const { valid, step } = this.#settingsOf(id);
    this.#grain.set(last, valid);
    const targets = new Float64Array(horizons.length);
    writeTargetTimes(last, step, targets);
    return horizons.map(({ steps }, k) => {
      const [mean, lower, upper] = this.#round(numbers, HORIZONS + BOUNDS * k);
      return [steps, toNullable(targets[k]), mean, lower, upper];
    });
  }

  #round(numbers: Float64Array, from: number): readonly [number | null, number | null, number | null] {
    const bounds = this.#bounds;
    this.#grain.round(numbers, from, bounds, 0);
    return [toNullable(bounds[0]), toNullable(bounds[1]), toNullable(bounds[2])];
  }
}

function toNullable(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
