import { type Effort, FULL_EFFORT } from '../domain/effort.ts';
import type { NetworkNews } from '../domain/events.ts';
import type { Forecast } from '../domain/forecast.ts';
import type { Step } from '../domain/sample.ts';
import { type Horizon, type LearnerSettings, smallestFirst } from '../domain/streamSettings.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { restoreSnapshot } from '../model/restoreSnapshot.ts';
import { saveSnapshot } from '../model/saveSnapshot.ts';
import { SnapshotError } from '../model/snapshotFormat.ts';
import type { Stateful, StateIo } from '../model/stateIo.ts';
import { allOrNothing } from './allOrNothing.ts';
import { Anomaly } from './anomaly.ts';
import { Exogenous } from './exogenous.ts';
import type { Expert } from './experts/expert.ts';
import { HorizonTrack } from './horizonTrack.ts';
import type { Learner } from './learner.ts';
import { Panel } from './panel.ts';
import { Row } from './row.ts';
import { emptyForecast, type Mind, toForecast } from './toForecast.ts';

/**
 * One stream's mind, in the strict order of its interface. All experts see the same row; each horizon mixes them on its own.
 */
export class StreamLearner implements Learner, Stateful {
  /** What the numbers of a snapshot belong to. */
  readonly schema: string;
  readonly #panel: Panel;
  readonly #experts: readonly Expert[];
  readonly #tracks: readonly HorizonTrack[];
  readonly #row: Row;
  readonly #anomaly: Anomaly;
  readonly #mind: Mind;
  /** (K) of one expert, (N) of one horizon: filled anew at each row. */
  readonly #ofExpert: readonly Float64Array[];
  readonly #ofHorizon: Float64Array;
  readonly #resetAfter: number;
  #isLearningPending = false;
  /** Of the step whose learning is pending. */
  #effort: Effort = FULL_EFFORT;

  /**
   * @param snapshot the state to go on from
   * @param tell hears what the networks' guards do
   * @throws RangeError where the kernel cannot hold the network, SnapshotError where the snapshot cannot be used
   */
  constructor(kernel: Kernel, settings: LearnerSettings, snapshot?: Uint8Array, tell?: (news: NetworkNews) => void) {
    const horizons = smallestFirst(settings.horizons);
    const steps = horizons.map((horizon) => horizon.steps);
    this.schema = schemaOf(settings, horizons);
    this.#panel = allOrNothing(kernel, (recording) => new Panel(recording, { ...settings, horizons }, tell));
    this.#experts = this.#panel.experts;
    const isBaseline = this.#experts.map((expert) => expert.isBaseline);
    this.#tracks = steps.map((count) => new HorizonTrack(count, settings.interval, isBaseline));
    this.#row = new Row(steps, new Exogenous(settings.exogenous, settings.model.inputs.lags));
    this.#anomaly = new Anomaly(settings.anomaly, settings.minSamples, watchedOf(this.#experts));
    this.#ofExpert = this.#experts.map(() => new Float64Array(steps.length));
    this.#ofHorizon = new Float64Array(this.#experts.length);
    const { minSamples, resetAfter } = settings;
    this.#resetAfter = resetAfter;
    this.#mind = {
      horizons,
      minSamples,
      row: this.#row,
      tracks: this.#tracks,
      experts: this.#experts,
      anomaly: this.#anomaly,
    };
    if (snapshot !== undefined) this.#restore(snapshot);
  }

  #restore(snapshot: Uint8Array): void {
    try {
      restoreSnapshot(this, snapshot, this.schema);
    } catch (error) {
      this.free();
      if (error instanceof SnapshotError) throw error;
      // A checksum that fits does not make the numbers true: an index, a count, a generator may be impossible.
      throw new SnapshotError('damaged', error instanceof Error ? error.message : String(error));
    }
  }

  /** Of each horizon, smallest first; NaN while nothing was scored. */
  get skills(): readonly number[] {
    return this.#tracks.map((track) => track.skill);
  }

  step(step: Step): Forecast {
    this.learn();
    if (!this.#row.advance(step.at, step.zoneOffset, step.value, step.inputs)) return emptyForecast(step, this.#mind);
    this.#forgetAfterSilence();
    this.#moveAlong();
    for (const track of this.#tracks) track.score(this.#row);
    const { due, expected } = this.#tracks[0] as HorizonTrack;
    this.#anomaly.update(this.#row, due, expected);
    this.#forecast();
    this.#isLearningPending = true;
    this.#effort = step.effort ?? FULL_EFFORT;
    return toForecast(step, this.#mind);
  }

  #forgetAfterSilence(): void {
    if (!this.#row.isReading || this.#resetAfter === 0 || !(this.#row.silence > this.#resetAfter)) return;
    for (const expert of this.#experts) expert.forget();
  }

  /** Before anything is scored: forecasts for the old level would else count as errors. */
  #moveAlong(): void {
    const { shift } = this.#row;
    if (shift === 0) return;
    this.#panel.move(shift);
    for (const track of this.#tracks) track.move(shift);
  }

  #forecast(): void {
    this.#panel.update(this.#row);
    for (let i = 0; i < this.#experts.length; i++) {
      const expert = this.#experts[i] as Expert;
      expert.observe(this.#row);
      expert.predict(this.#ofExpert[i] as Float64Array, this.#row);
    }
    for (let k = 0; k < this.#tracks.length; k++) {
      for (let i = 0; i < this.#experts.length; i++) {
        this.#ofHorizon[i] = (this.#ofExpert[i] as Float64Array)[k] as number;
      }
      (this.#tracks[k] as HorizonTrack).issue(this.#ofHorizon, this.#row);
    }
  }

  learn(): void {
    if (!this.#isLearningPending) return;
    this.#isLearningPending = false;
    for (const expert of this.#experts) expert.learn(this.#effort);
  }

  snapshot(): Uint8Array {
    this.learn();
    return saveSnapshot(this, this.schema);
  }

  exchange(io: StateIo): void {
    this.#row.exchange(io.within('row'));
    this.#anomaly.exchange(io.within('anomaly'));
    this.#tracks.forEach((track, k) => {
      track.exchange(io.within(`horizon${k}`));
    });
    this.#panel.exchange(io.within('panel'));
  }

  free(): void {
    this.#panel.free();
  }
}

/**
 * What the numbers of a snapshot belong to. Settings that may change without forgetting are not in it, nor is what a stream
 * has none of: so its snapshots outlive the versions that learn of more.
 */
function schemaOf(settings: LearnerSettings, horizons: readonly Horizon[]): string {
  const { cell, hidden, bptt, replay, replayRows, experts, inputs } = settings.model;
  const steps = horizons.map((horizon) => horizon.steps);
  const replays = replay > 0 ? replayRows : 0;
  const exogenous = settings.exogenous > 0 ? settings.exogenous : undefined;
  return JSON.stringify({ horizons: steps, cell, hidden, bptt, replays, experts, inputs, exogenous });
}

/**
 * Indices of the experts whose errors are watched for anomalies: the first network and the linear model; where there is
 * neither, the first expert. Plain changes beside them found little more and raised many false alarms.
 */
function watchedOf(experts: readonly Expert[]): readonly number[] {
  const network = experts.findIndex(({ isBaseline }) => !isBaseline);
  const linear = experts.findIndex(({ name }) => name === 'linear');
  const watched = [network, linear].filter((index) => index >= 0);
  return watched.length > 0 ? watched : [0];
}
