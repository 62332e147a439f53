import type { NetworkNews } from '../domain/events.ts';
import type { ExpertName } from '../domain/expertName.ts';
import type { LearnerSettings } from '../domain/streamSettings.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { ReplayMemory } from '../model/replayMemory.ts';
import type { Stateful, StateIo } from '../model/stateIo.ts';
import { LAST_VALUE_BASE, linearBase } from './experts/bases.ts';
import type { Expert } from './experts/expert.ts';
import { LastValue } from './experts/lastValue.ts';
import { Linear } from './experts/linear.ts';
import { NetworkExpert } from './experts/networkExpert.ts';
import { Seasonal } from './experts/seasonal.ts';
import { LinearForecast } from './linearForecast.ts';
import { NetworkInputs } from './networkInputs.ts';
import type { Observation } from './observation.ts';
import { type SeasonParts, Seasons } from './seasons.ts';

const NETWORKS: readonly ExpertName[] = ['lstm_residual', 'lstm_direct'];
/** Distance between the seeds of a stream's generators: no two draw the same numbers. */
const SEED_STEP = 4_294_967_296;

/**
 * The experts of one stream and what they share: the past looked up, the linear model, the networks' inputs and the rows
 * they learn again. Each of these is brought up to date once a row, before any expert is asked.
 */
export class ExpertSet implements Stateful {
  readonly experts: readonly Expert[];
  readonly #seasons: Seasons;
  readonly #linear: LinearForecast | undefined;
  readonly #inputs: NetworkInputs | undefined;
  readonly #memory: ReplayMemory | undefined;
  readonly #tell: (news: NetworkNews) => void;

  /**
   * @param tell hears what the networks' guards do
   * @throws RangeError where the kernel cannot hold a network, and what the kernel throws when it is full. Then nothing is left
   * behind in its memory.
   */
  constructor(kernel: Kernel, settings: LearnerSettings, tell: (news: NetworkNews) => void = () => undefined) {
    this.#tell = tell;
    const { experts, inputs, replay, replayRows, seed } = settings.model;
    const { exogenous } = settings;
    const horizons = settings.horizons.map(({ steps }) => steps);
    const networks = NETWORKS.filter((name) => experts.includes(name));
    const seesLinear = networks.includes('lstm_residual') || (networks.length > 0 && inputs.linear);
    const learnsLinear = seesLinear || experts.includes('linear');
    this.#seasons = new Seasons(horizons, seasonsOf(settings.model, learnsLinear || networks.length > 0));
    if (learnsLinear) {
      this.#linear = new LinearForecast(kernel, inputs, horizons, this.#seasons, exogenous);
    }
    const linear = seesLinear ? this.#linear : undefined;
    const parts = { inputs, horizons, exogenous, seasons: this.#seasons, linear };
    if (networks.length > 0 && replay > 0) {
      const inputSize = NetworkInputs.sizeOf(parts);
      const targetSize = networks.length * horizons.length;
      this.#memory = new ReplayMemory({ rows: replayRows, inputSize, targetSize, seed: seed + 2 * SEED_STEP });
    }
    if (networks.length > 0) this.#inputs = new NetworkInputs({ ...parts, memory: this.#memory });
    this.experts = this.#createExperts(kernel, settings, networks);
  }

  #createExperts(kernel: Kernel, settings: LearnerSettings, networks: readonly ExpertName[]): readonly Expert[] {
    const made: Expert[] = [];
    try {
      for (const name of settings.model.experts) {
        made.push(this.#create(name, kernel, settings, networks.indexOf(name)));
      }
    } catch (error) {
      this.#linear?.free();
      for (const expert of made) expert.free();
      throw error;
    }
    return made;
  }

  #create(name: ExpertName, kernel: Kernel, settings: LearnerSettings, networkIndex: number): Expert {
    switch (name) {
      case 'last_value':
        return new LastValue();
      case 'linear':
        return new Linear(this.#linear as LinearForecast);
      case 'seasonal_day':
      case 'seasonal_week':
        return new Seasonal(name, this.#seasons);
      case 'lstm_direct':
      case 'lstm_residual':
        return this.#createNetwork(name, kernel, settings, networkIndex);
    }
  }

  #createNetwork(
    name: 'lstm_direct' | 'lstm_residual',
    kernel: Kernel,
    { model, horizons }: LearnerSettings,
    index: number,
  ): Expert {
    const isResidual = name === 'lstm_residual';
    return new NetworkExpert({
      name,
      kernel,
      model,
      horizons: horizons.map(({ steps }) => steps),
      inputs: this.#inputs as NetworkInputs,
      seesLinear: isResidual || model.inputs.linear,
      base: isResidual ? linearBase(this.#linear as LinearForecast) : LAST_VALUE_BASE,
      seed: model.seed + (isResidual ? SEED_STEP : 0),
      memory: this.#memory,
      firstTarget: index * horizons.length,
      tell: this.#tell,
    });
  }

  /** The level of the series has moved by so much, in the sensor's unit. */
  move(shift: number): void {
    this.#linear?.move(shift);
    for (const expert of this.experts) expert.move(shift);
  }

  update(row: Observation): void {
    this.#seasons.update(row);
    this.#linear?.update(row);
    this.#inputs?.update(row);
  }

  exchange(io: StateIo): void {
    this.#linear?.exchange(io.within('linear'));
    this.#memory?.exchange(io.within('memory'));
    for (const expert of this.experts) expert.exchange(io.within(expert.name));
  }

  free(): void {
    this.#linear?.free();
    for (const expert of this.experts) expert.free();
  }
}

/** @param hasFeatures whether something learns from features, as the linear model and the networks do */
function seasonsOf({ experts, inputs }: LearnerSettings['model'], hasFeatures: boolean): SeasonParts {
  return {
    calendar: hasFeatures && inputs.calendar,
    day: (hasFeatures && inputs.dayLag) || experts.includes('seasonal_day'),
    week: (hasFeatures && inputs.weekLag) || experts.includes('seasonal_week'),
  };
}
