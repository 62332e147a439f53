import type { AnomalySettings, Span } from '../../domain/streamSettings.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';

/** Multiple of the strangeness of the alarm before, at which another one starts within the hold-off. */
const ESCALATION = 3;
/** An anomaly ends when the score has come down to half the threshold. */
const END_SCORE = 0.5;

/**
 * From the score to one alarm per fault: it starts where the score has stayed at 1 for the least duration, ends below a
 * half, and is not started again within the hold-off, since a scorer without it drowns its user.
 */
export class Alarm implements Stateful {
  /** Settings of now. */
  settings: Pick<AnomalySettings, 'holdOff' | 'minDuration'>;
  isActive = false;
  /** Rows since the last start, and its time. */
  #rows: number = Number.POSITIVE_INFINITY;
  #startedAt: number = Number.NEGATIVE_INFINITY;
  /** Rows at 1 and more without a break, and the time of the first. */
  #high = 0;
  #highSince = 0;
  /** Largest score of the last alarm. */
  #peak = 0;
  /** The last alarm was about the configured range. */
  #wasLimit = false;

  constructor(settings: Pick<AnomalySettings, 'holdOff' | 'minDuration'>) {
    this.settings = settings;
  }

  /** Epoch ms of the last start; −Infinity: there was none. */
  get startedAt(): number {
    return this.#startedAt;
  }

  /** The largest score of the last alarm. */
  get peak(): number {
    return this.#peak;
  }

  /** It was none. */
  quit(): void {
    this.isActive = false;
    this.#high = 0;
  }

  /** A row without a score. */
  skip(): void {
    this.#rows++;
  }

  /**
   * @param at epoch ms
   * @param isLimit whether the reading lies outside the configured range: the hold-off after another alarm does not count
   * @param isLate the reading is no news: no alarm starts now, one that goes on may end
   */
  update(score: number, at: number, isLimit: boolean, isLate = false): void {
    this.#rows++;
    if (this.isActive) {
      this.isActive = score >= END_SCORE;
      if (score > this.#peak) this.#peak = score;
      return;
    }
    if (score < 1) {
      this.#high = 0;
      return;
    }
    // A clock that was put right must not make it wait for the time before.
    if (this.#high === 0 || at < this.#highSince) this.#highSince = at;
    this.#high++;
    if (!reaches(this.settings.minDuration, this.#high, at - this.#highSince)) return;
    if (!isLate && score >= this.#needed(at, isLimit)) this.#start(score, at, isLimit);
  }

  #needed(at: number, isLimit: boolean): number {
    const { holdOff } = this.settings;
    const isOver =
      'rows' in holdOff ? this.#rows > holdOff.rows : at - this.#startedAt > holdOff.time || at < this.#startedAt;
    return isOver || (isLimit && !this.#wasLimit) ? 1 : Math.max(1, ESCALATION * this.#peak);
  }

  #start(score: number, at: number, isLimit: boolean): void {
    this.isActive = true;
    this.#rows = 0;
    this.#startedAt = at;
    this.#high = 0;
    this.#peak = score;
    this.#wasLimit = isLimit;
  }

  exchange(io: StateIo): void {
    this.isActive = io.number('isActive', Number(this.isActive)) === 1;
    this.#rows = io.number('rows', this.#rows);
    this.#startedAt = io.number('startedAt', this.#startedAt);
    this.#high = io.number('high', this.#high);
    this.#highSince = io.number('highSince', this.#highSince);
    this.#peak = io.number('peak', this.#peak);
    this.#wasLimit = io.number('wasLimit', Number(this.#wasLimit)) === 1;
  }
}

function reaches(span: Span, rows: number, time: number): boolean {
  return 'rows' in span ? rows >= span.rows : time >= span.time;
}
