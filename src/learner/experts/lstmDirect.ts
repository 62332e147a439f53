import type { ExpertName } from '../../domain/expertName.ts';
import type { ModelSettings } from '../../domain/streamSettings.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Network } from '../../model/network.ts';
import type { StateIo } from '../../model/stateIo.ts';
import { clip } from '../exponential.ts';
import { buildFeatures, featureCount } from '../features.ts';
import type { Row } from '../row.ts';
import type { Expert } from './expert.ts';

const OUTPUT_BOUND = 8;
/** Far beyond any target of a sane series; keeps float32 finite where a scale was tiny. */
const TARGET_BOUND = 1e6;

/**
 * A recurrent network that forecasts the change itself: target (v_{t+h} − v_t)/s_h, forecast v_t + y·s_h, with one head row
 * per horizon. The change and not the level, because then an untrained network already is persistence.
 */
export class LstmDirect implements Expert {
  readonly name: ExpertName = 'lstm_direct';
  readonly isBaseline = false;
  isHealthy = true;
  readonly #network: Network;
  readonly #inputs: ModelSettings['inputs'];
  readonly #horizons: readonly number[];
  readonly #x: Float32Array;
  readonly #y: Float32Array;
  /** Ring of s_h at the rows whose targets are still to come: (longest horizon + 1, K). */
  readonly #scales: Float64Array;
  readonly #ringRows: number;
  #rows = 0;

  /** @throws RangeError where the kernel cannot hold the network. */
  constructor(kernel: Kernel, model: ModelSettings, horizons: readonly number[], exogenous = 0) {
    const inputSize = featureCount(model.inputs, horizons.length, exogenous);
    const longestDelay = Math.max(...horizons);
    this.#inputs = model.inputs;
    this.#horizons = horizons;
    this.#x = new Float32Array(inputSize);
    this.#y = new Float32Array(horizons.length);
    this.#ringRows = longestDelay + 1;
    this.#scales = new Float64Array(this.#ringRows * horizons.length);
    this.#network = new Network(kernel, {
      cell: model.cell,
      inputSize,
      hiddenSize: model.hidden,
      outputSize: horizons.length,
      every: model.bptt.every,
      window: model.bptt.window,
      longestDelay,
      learningRate: model.learningRate,
      seed: model.seed,
      chronoLag: model.chronoLag,
    });
  }

  observe(row: Row): void {
    if (!row.isReading) return;
    const K = this.#horizons.length;
    for (let k = 0; k < K; k++) {
      const steps = this.#horizons[k] as number;
      if (steps > this.#rows) continue;
      const scale = this.#scales[((this.#rows - steps) % this.#ringRows) * K + k] as number;
      const change = row.value - row.history.ago(steps);
      // The network has not stepped to this row yet: what was `steps` rows ago is `steps − 1` behind its newest.
      this.#network.setTarget(steps - 1, k, clip(change / scale, TARGET_BOUND));
    }
  }

  predict(forecast: Float64Array, row: Row): void {
    buildFeatures(this.#x, row, this.#inputs, this.#horizons);
    this.#network.step(this.#y, this.#x);
    const K = this.#horizons.length;
    const slot = (this.#rows % this.#ringRows) * K;
    for (let k = 0; k < K; k++) {
      const y = this.#y[k] as number;
      if (!Number.isFinite(y)) this.isHealthy = false;
      const scale = row.scales[k] as number;
      this.#scales[slot + k] = scale;
      forecast[k] = this.isHealthy ? row.value + clip(y, OUTPUT_BOUND) * scale : row.value;
    }
    this.#rows++;
  }

  learn(): void {
    if (this.isHealthy) this.#network.learn();
  }

  exchange(io: StateIo): void {
    this.#network.exchange(io.within('network'));
    io.array('scales', this.#scales);
    this.#rows = io.number('rows', this.#rows);
    this.isHealthy = io.number('isHealthy', Number(this.isHealthy)) === 1;
  }

  free(): void {
    this.#network.free();
  }
}
