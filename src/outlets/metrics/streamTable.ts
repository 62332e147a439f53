import { FollowedEntry, FollowingEntries } from '../../domain/followingMap.ts';
import type { BorrowedForecast, LearnerState } from '../../domain/forecast.ts';
import { AT, COVERAGE, EXPECTED, SAMPLES, SCORE, SKILL, VALUE } from '../../domain/forecastRow.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { StreamChange } from '../outlet.ts';

/** Weight of the newest error in the mean: that of some fifty readings. */
const NEWEST = 1 / 50;

/** Figures of one stream as its last forecast left them. NaN: not known. */
export class StreamFigures extends FollowedEntry<StreamId> {
  /** Shared by all series of the stream. */
  readonly labels: Readonly<Record<string, string>>;
  state: LearnerState = 'starting';
  /** ms since 1970, of the last reading. */
  at: number = Number.NaN;
  /** Readings taken in, those of earlier processes too. */
  samples: number = Number.NaN;
  score: number = Number.NaN;
  skill: number = Number.NaN;
  coverage: number = Number.NaN;
  /** Mean absolute error, in the unit of the stream. */
  error: number = Number.NaN;
  isAnomalous = false;
  /** Anomalies that have started since the start of the process. */
  anomalies = 0;

  constructor(stream: StreamId) {
    super(stream);
    this.labels = { stream };
  }

  get stream(): StreamId {
    return this.key;
  }

  take({ numbers, state, anomaly }: BorrowedForecast): void {
    this.state = state;
    this.at = numbers[AT];
    this.samples = numbers[SAMPLES];
    this.score = numbers[SCORE];
    this.skill = numbers[SKILL];
    this.coverage = numbers[COVERAGE];
    if (anomaly && !this.isAnomalous) this.anomalies++;
    this.isAnomalous = anomaly;
    const error = Math.abs(numbers[VALUE] - numbers[EXPECTED]);
    if (!Number.isFinite(error)) return;
    this.error = Number.isNaN(this.error) ? error : this.error + NEWEST * (error - this.error);
  }
}

/** The streams that have series of their own: those that came first, up to a bound, until they leave. */
export class StreamTable {
  readonly #most: number;
  readonly #figures = new FollowingEntries<StreamId, StreamFigures>();
  #alive = 0;

  /** @param most `metrics.max_streams` */
  constructor(most: number) {
    this.#most = most;
  }

  /** Streams that have a learner now. */
  get alive(): number {
    return this.#alive;
  }

  /** Those of them that have no series of their own. */
  get leftOff(): number {
    return this.#alive - this.#figures.size;
  }

  get figures(): Iterable<StreamFigures> {
    return this.#figures.all;
  }

  change({ kind, stream }: StreamChange): void {
    if (kind === 'started') {
      if (this.#figures.get(stream) !== undefined) return;
      this.#alive++;
      if (this.#figures.size < this.#most) this.#figures.set(new StreamFigures(stream));
    } else if (kind === 'evicted') {
      this.#alive--;
      this.#figures.delete(stream);
    }
  }

  /** A forecast of a stream that has no series, or has left, is passed over. */
  take(forecast: BorrowedForecast): void {
    this.#figures.follow(forecast.stream)?.take(forecast);
  }
}
