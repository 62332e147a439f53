import { type Effort, NO_LEARNING } from '../domain/effort.ts';
import type { LearnerNews } from '../domain/events.ts';
import { hasMark, MARK } from '../domain/marks.ts';
import type { Step } from '../domain/sample.ts';
import type { VerdictOrder } from '../domain/streamInput.ts';
import { type Horizon, type LearnerSettings, smallestFirst } from '../domain/streamSettings.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Stateful, StateIo } from '../model/stateIo.ts';
import { allocateOrRollBack } from './allocateOrRollBack.ts';
import { alarmNews } from './anomaly/alarmNews.ts';
import { Anomaly } from './anomaly/anomaly.ts';
import { judgeAlarm } from './anomaly/verdicts.ts';
import { Exogenous } from './exogenous.ts';
import { ExpertSet } from './expertSet.ts';
import type { Expert } from './experts/expert.ts';
import { HorizonTrack } from './horizonTrack.ts';
import { Observation } from './observation.ts';
import type { ForecastSources } from './writeForecast.ts';

/** Everything of one stream that learns. All experts see the same row; each horizon mixes them on its own. */
export class Core implements ForecastSources, Stateful {
  readonly horizons: readonly Horizon[];
  readonly minSamples: number;
  readonly experts: readonly Expert[];
  readonly tracks: readonly HorizonTrack[];
  readonly row: Observation;
  readonly anomaly: Anomaly;
  readonly #panel: ExpertSet;
  /** (K) of one expert, (N) of one horizon: filled anew at each row. */
  readonly #ofExpert: readonly Float64Array[];
  readonly #ofHorizon: Float64Array;
  readonly #resetAfter: number;
  readonly #tell: (news: LearnerNews) => void;

  /**
   * @param tell hears what the networks' guards do, and of alarms
   * @throws RangeError where the kernel cannot hold the network
   */
  constructor(kernel: Kernel, settings: LearnerSettings, tell: (news: LearnerNews) => void = () => undefined) {
    const horizons = smallestFirst(settings.horizons);
    const steps = horizons.map((horizon) => horizon.steps);
    this.horizons = horizons;
    this.minSamples = settings.minSamples;
    this.#resetAfter = settings.resetAfter;
    this.#tell = tell;
    this.#panel = allocateOrRollBack(kernel, (recording) => new ExpertSet(recording, { ...settings, horizons }, tell));
    this.experts = this.#panel.experts;
    const isBaseline = this.experts.map((expert) => expert.isBaseline);
    this.tracks = steps.map((count) => new HorizonTrack(count, settings.interval, isBaseline, settings.valid));
    this.row = new Observation(steps, new Exogenous(settings.exogenous, settings.model.inputs.lags));
    this.anomaly = new Anomaly(settings.anomaly, settings.minSamples, watchedOf(this.experts));
    this.#ofExpert = this.experts.map(() => new Float64Array(steps.length));
    this.#ofHorizon = new Float64Array(this.experts.length);
  }

  /** One number of each part that lies by itself in memory, as `Learner.prefetch`. */
  prefetch(): number {
    const { row, anomaly, tracks, experts } = this;
    const { mix, matured, mean, expected } = tracks[0];
    const { score, errors, stillness, range } = anomaly;
    const ofRow = row.value + row.raw + row.silence + row.scales[0];
    const ofTrack = mean + expected + mix.fallback + matured[0];
    return ofRow + ofTrack + score + errors[0].average + errors[0].novelty + stillness.run + range.low + experts.length;
  }

  /**
   * Scores, then forecasts.
   * @param isFault the reading is a fault that was met before: it is scored, and the row has none for all else
   * @returns false while no reading has come at all: nothing can be said yet
   */
  step(step: Step, isFault = false): boolean {
    if (!this.row.advance(isFault ? { ...step, value: Number.NaN } : step)) return false;
    this.#forgetAfterSilence();
    this.#moveAlong();
    for (const track of this.tracks) track.score(this.row);
    this.#judge(step, isFault);
    this.#forecast();
    return true;
  }

  #judge(step: Step, isFault: boolean): void {
    const track = this.tracks[0];
    const wasActive = this.anomaly.isActive;
    if (isFault) this.anomaly.updateFault(this.row, step.value, isNoNews(step));
    else this.anomaly.update(this.row, track.matured, track.expected, isNoNews(step));
    if (this.anomaly.isActive !== wasActive) this.#tell(alarmNews(this.anomaly, this.row, track));
    const { marks } = step;
    this.row.isKeptOut =
      hasMark(marks, MARK.keptOut) ||
      (hasMark(marks, MARK.whenNormal) && this.anomaly.isActive) ||
      this.anomaly.isLikeFault;
  }

  /** Somebody who knows has judged an alarm: where it was none, the rows that are kept of it are learned again. */
  judge(order: VerdictOrder): void {
    const { verdict, evidence, from, to } = order;
    const wasActive = this.anomaly.isActive;
    const ages = { oldest: this.#ageOf(from), newest: this.#ageOf(to) };
    judgeAlarm(this.anomaly, order, ages, this.row.history);
    if (wasActive && !this.anomaly.isActive) this.#tell(alarmNews(this.anomaly, this.row, this.tracks[0]));
    if (verdict !== 'normal') return;
    this.row.admit(evidence.low, evidence.high);
    for (const expert of this.experts) expert.relearn?.(ages.oldest, ages.newest);
  }

  /** Rows since a time, nearly; 0 while no interval is known. */
  #ageOf(time: number): number {
    const { at, interval } = this.row;
    return interval > 0 ? Math.max(0, Math.round((at - time) / interval)) : 0;
  }

  #forgetAfterSilence(): void {
    if (!this.row.isReading || this.#resetAfter === 0 || !(this.row.silence > this.#resetAfter)) return;
    for (const expert of this.experts) expert.forget();
  }

  /** Before anything is scored: forecasts for the old level would else count as errors. */
  #moveAlong(): void {
    const { shift } = this.row;
    if (shift === 0) return;
    this.#panel.move(shift);
    for (const track of this.tracks) track.move(shift);
  }

  #forecast(): void {
    this.#panel.update(this.row);
    for (let i = 0; i < this.experts.length; i++) {
      const expert = this.experts[i];
      expert.observe(this.row);
      expert.predict(this.#ofExpert[i], this.row);
    }
    for (let k = 0; k < this.tracks.length; k++) {
      for (let i = 0; i < this.experts.length; i++) {
        this.#ofHorizon[i] = this.#ofExpert[i][k];
      }
      this.tracks[k].issue(this.#ofHorizon, this.row);
    }
  }

  /** Learns the window that ends at and includes the last step, where that is not kept out. */
  learn(effort: Effort): void {
    for (const expert of this.experts) expert.learn(this.row.isKeptOut ? NO_LEARNING : effort);
  }

  exchange(io: StateIo): void {
    this.row.exchange(io.within('row'));
    this.anomaly.exchange(io.within('anomaly'));
    this.tracks.forEach((track, k) => {
      track.exchange(io.within(`horizon${k}`));
    });
    this.#panel.exchange(io.within('panel'));
  }

  free(): void {
    this.#panel.free();
  }
}

/** The reading starts no alarm. */
function isNoNews({ late, marks }: Step): boolean {
  return late === true || hasMark(marks, MARK.quiet | MARK.recorded);
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
