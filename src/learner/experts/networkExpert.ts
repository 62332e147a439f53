import type { Effort } from '../../domain/effort.ts';
import type { NetworkNews } from '../../domain/events.ts';
import type { ExpertName } from '../../domain/expertName.ts';
import type { ModelSettings } from '../../domain/streamSettings.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Network, type RunningMemory } from '../../model/network.ts';
import type { NetworkLearning } from '../../model/networkLearning.ts';
import type { ReplayMemory } from '../../model/replayMemory.ts';
import type { StateIo } from '../../model/stateIo.ts';
import { clip } from '../exponential.ts';
import type { NetworkInputs } from '../networkInputs.ts';
import type { Observation } from '../observation.ts';
import type { Base } from './bases.ts';
import type { Expert } from './expert.ts';

const OUTPUT_BOUND = 8;
/** Far beyond any target of a sane series; keeps float32 finite where a scale was tiny. */
const TARGET_BOUND = 1e6;

export interface NetworkExpertParts {
  readonly name: ExpertName;
  readonly kernel: Kernel;
  readonly model: ModelSettings;
  readonly horizons: readonly number[];
  readonly inputs: NetworkInputs;
  /** The network takes the linear forecast among its inputs. */
  readonly seesLinear: boolean;
  readonly base: Base;
  readonly seed: number;
  readonly memory: ReplayMemory | undefined;
  /** Where its targets begin in the memory's rows. */
  readonly firstTarget: number;
  readonly tell: (news: NetworkNews) => void;
}

/** A recurrent network as expert, with one head row per horizon, each with its own base and scale. */
export class NetworkExpert implements Expert {
  readonly name: ExpertName;
  readonly isBaseline = false;
  readonly #network: Network;
  readonly #parts: NetworkExpertParts;
  readonly #x: Float32Array;
  readonly #y: Float32Array;
  /** Per horizon a ring (h, 2): mean and scale of the base at the rows whose target is still to come. */
  readonly #pending: readonly Float64Array[];
  #rows = 0;
  /** Time of the newest row. */
  #at = 0;

  /** @throws RangeError where the kernel cannot hold the network. */
  constructor(parts: NetworkExpertParts) {
    const { kernel, model, horizons, inputs, seesLinear, memory, firstTarget } = parts;
    const inputSize = seesLinear ? inputs.x.length : inputs.plainSize;
    const outputSize = horizons.length;
    this.name = parts.name;
    this.#parts = parts;
    this.#x = inputs.x.subarray(0, inputSize);
    this.#y = new Float32Array(outputSize);
    this.#pending = horizons.map((steps) => new Float64Array(2 * steps));
    const share = { inputSize, outputSize, firstTarget, delay: Math.min(...horizons) };
    this.#network = new Network(kernel, {
      cell: model.cell,
      inputSize,
      hiddenSize: model.hidden,
      outputSize,
      every: model.bptt.every,
      window: model.bptt.window,
      longestDelay: Math.max(...horizons),
      learningRate: model.learningRate,
      seed: parts.seed,
      chronoLag: model.chronoLag,
      isGuarded: true,
      replay: memory === undefined ? undefined : { memory, share, windows: model.replay },
    });
  }

  /** Frozen it still forecasts, with weights that have proved themselves. */
  get isHealthy(): boolean {
    return !this.#network.isFrozen;
  }

  readonly memory = (): RunningMemory => this.#network.memory;

  readonly learning = (): NetworkLearning => this.#network.learning;

  observe(row: Observation): void {
    if (!row.isReading || row.isKeptOut) return;
    const { horizons, memory, firstTarget } = this.#parts;
    for (let k = 0; k < horizons.length; k++) {
      const steps = horizons[k];
      if (steps > this.#rows) continue;
      const pending = this.#pending[k];
      const slot = 2 * (this.#rows % steps);
      const target = clip((row.value - pending[slot]) / pending[slot + 1], TARGET_BOUND);
      // The network has not stepped to this row yet: what was `steps` rows ago is `steps − 1` behind its newest.
      this.#network.setTarget(steps - 1, k, target);
      memory?.setTarget(steps, firstTarget + k, target);
    }
  }

  move(shift: number): void {
    for (const pending of this.#pending) {
      for (let slot = 0; slot < pending.length; slot += 2) {
        pending[slot] = pending[slot] + shift;
      }
    }
  }

  predict(forecast: Float64Array, row: Observation): void {
    const { horizons, base } = this.#parts;
    this.#at = row.at;
    this.#network.step(this.#y, this.#x);
    const isSound = areFinite(this.#y);
    if (!isSound) this.#rollBack('output-not-finite');
    for (let k = 0; k < horizons.length; k++) {
      const mean = base.mean(row, k);
      const scale = base.scale(row, k);
      const pending = this.#pending[k];
      const slot = 2 * (this.#rows % horizons[k]);
      pending[slot] = mean;
      pending[slot + 1] = scale;
      forecast[k] = isSound ? mean + clip(this.#y[k], OUTPUT_BOUND) * scale : row.value;
    }
    this.#rows++;
  }

  learn(effort?: Effort): void {
    const { name, tell } = this.#parts;
    const wasFrozen = this.#network.isFrozen;
    const outcome = this.#network.learn(effort, this.#at);
    if (wasFrozen && !this.#network.isFrozen) tell({ type: 'NetworkResumed', network: name });
    if (outcome === 'not-finite') this.#rollBack('learning-not-finite');
    else if (outcome === 'skipped') tell({ type: 'UpdateSkipped', network: name });
  }

  relearn(oldest: number, newest: number): void {
    if (this.#network.relearn(oldest, newest) === 'not-finite') this.#rollBack('learning-not-finite');
  }

  #rollBack(cause: Extract<NetworkNews, { type: 'NetworkRolledBack' }>['cause']): void {
    const { name, tell } = this.#parts;
    const wasFrozen = this.#network.isFrozen;
    this.#network.rollBack(this.#at);
    // While it is frozen nothing is new about it: a line for each row would be of no use.
    if (wasFrozen) return;
    tell({ type: 'NetworkRolledBack', network: name, cause });
    if (this.#network.isFrozen) tell({ type: 'NetworkFrozen', network: name });
  }

  forget(): void {
    this.#network.resetState();
  }

  exchange(io: StateIo): void {
    this.#network.exchange(io.within('network'));
    this.#pending.forEach((pending, k) => {
      io.array(`pending${k}`, pending);
    });
    this.#rows = io.number('rows', this.#rows);
    this.#at = io.number('at', this.#at);
  }

  free(): void {
    this.#network.free();
  }
}

function areFinite(numbers: Float32Array): boolean {
  for (let k = 0; k < numbers.length; k++) if (!Number.isFinite(numbers[k])) return false;
  return true;
}
