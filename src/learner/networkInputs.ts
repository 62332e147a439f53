import type { ModelSettings } from '../domain/streamSettings.ts';
import type { ReplayMemory } from '../model/replayMemory.ts';
import { clip } from './exponential.ts';
import { buildFeatures, featureCount } from './features.ts';
import type { LinearForecast } from './linearForecast.ts';
import type { Row } from './row.ts';
import type { Seasons } from './seasons.ts';

const LINEAR_BOUND = 6;

/**
 * Inputs of the networks of one stream, computed once a row: the features, and after them the change that the linear
 * model expects, per horizon. A network that shall not see the latter takes only the first `plainSize` numbers.
 */
export class NetworkInputs {
  readonly #inputs: ModelSettings['inputs'];
  readonly #horizons: readonly number[];
  readonly #seasons: Seasons;
  readonly #linear: LinearForecast | undefined;
  readonly #memory: ReplayMemory | undefined;
  readonly plainSize: number;
  readonly x: Float32Array;

  constructor(parts: NetworkInputParts) {
    const { inputs, horizons, exogenous } = parts;
    this.#inputs = inputs;
    this.#horizons = horizons;
    this.#seasons = parts.seasons;
    this.#linear = parts.linear;
    this.#memory = parts.memory;
    this.plainSize = featureCount(inputs, horizons.length, exogenous);
    this.x = new Float32Array(NetworkInputs.sizeOf(parts));
  }

  static sizeOf({ inputs, horizons, exogenous, linear }: Omit<NetworkInputParts, 'memory'>): number {
    return featureCount(inputs, horizons.length, exogenous) + (linear === undefined ? 0 : horizons.length);
  }

  update(row: Row): void {
    buildFeatures(this.x, row, this.#seasons, this.#inputs, this.#horizons.length);
    for (let k = 0; k < this.x.length - this.plainSize; k++) {
      const mean = (this.#linear as LinearForecast).mean[k];
      this.x[this.plainSize + k] = clip((mean - row.value) / row.scales[k], LINEAR_BOUND);
    }
    this.#memory?.push(this.x);
  }
}

export interface NetworkInputParts {
  readonly inputs: ModelSettings['inputs'];
  readonly horizons: readonly number[];
  /** Number of other fields of the message that come along. */
  readonly exogenous: number;
  readonly seasons: Seasons;
  /** undefined: no network sees the linear forecast. */
  readonly linear: LinearForecast | undefined;
  readonly memory: ReplayMemory | undefined;
}
