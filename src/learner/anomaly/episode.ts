import { ALARM_CHANNELS, type AlarmChannel, type AlarmEvidence, type AlarmReason } from '../../domain/alarm.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';

/** Watched experts that there are at most. */
const MOST_WATCHED = 2;

/** Numbers of one strange row. */
export interface StrangeRow {
  readonly channel: AlarmChannel;
  /** The range of all readings before this one; NaN: there was none. */
  readonly knownLow: number;
  readonly knownHigh: number;
  readonly reading: number;
  /** Size of the first watched expert's error, in the sensor's unit; 0: there was none. */
  readonly error: number;
  /** Equal readings in a row. */
  readonly still: number;
  /** Restlessness of the readings up to this one, in the sensor's unit. */
  readonly restless: number;
  /** Averages of the errors of the watched experts, in usual errors. */
  readonly averages: readonly number[];
}

/**
 * Reason and measures of one alarm: from the first row whose score is at the threshold to the end. The reason is that of the first row: the
 * range that is known widens with what is strange.
 */
export class Episode implements Stateful {
  /** Rows so far; 0: nothing is strange. */
  #rows = 0;
  #channel = 0;
  #knownLow: number = Number.NaN;
  #knownHigh: number = Number.NaN;
  #low = 0;
  #high = 0;
  #jump = 0;
  #still = 0;
  #restless = 0;
  readonly #averages: Float64Array = new Float64Array(MOST_WATCHED);

  get isOpen(): boolean {
    return this.#rows > 0;
  }

  add(row: StrangeRow): void {
    if (this.#rows === 0) this.#begin(row);
    const { reading, error, still, restless, averages } = row;
    this.#rows++;
    this.#low = Math.min(this.#low, reading);
    this.#high = Math.max(this.#high, reading);
    this.#jump = Math.max(this.#jump, error);
    this.#still = Math.max(this.#still, still);
    this.#restless = Math.max(this.#restless, restless);
    for (let i = 0; i < averages.length && i < MOST_WATCHED; i++)
      this.#averages[i] = Math.max(this.#averages[i], averages[i]);
  }

  #begin({ channel, knownLow, knownHigh, reading }: StrangeRow): void {
    this.#channel = ALARM_CHANNELS.indexOf(channel);
    this.#knownLow = knownLow;
    this.#knownHigh = knownHigh;
    this.#low = reading;
    this.#high = reading;
    this.#jump = 0;
    this.#still = 0;
    this.#restless = 0;
    this.#averages.fill(0);
  }

  /** Nothing is strange any more. */
  close(): void {
    this.#rows = 0;
  }

  /** The reason of the first row. */
  get reason(): AlarmReason {
    return { channel: this.#channelName(), knownLow: this.#knownLow, knownHigh: this.#knownHigh };
  }

  get evidence(): AlarmEvidence {
    return {
      channel: this.#channelName(),
      rows: this.#rows,
      low: this.#low,
      high: this.#high,
      jump: this.#jump,
      still: this.#still,
      restless: this.#restless,
      averages: [this.#averages[0], this.#averages[1]],
    };
  }

  #channelName(): AlarmChannel {
    return ALARM_CHANNELS[this.#channel] ?? 'errors';
  }

  /** A state in which nothing is strange has nothing of it. */
  exchange(io: StateIo): void {
    if (!(io.isRestoring ? io.has('numbers') : this.isOpen)) {
      this.close();
      return;
    }
    const numbers = Float64Array.of(
      this.#rows,
      this.#channel,
      this.#knownLow,
      this.#knownHigh,
      this.#low,
      this.#high,
      this.#jump,
      this.#still,
    );
    io.array('numbers', numbers);
    [this.#rows, this.#channel, this.#knownLow, this.#knownHigh] = numbers as unknown as readonly number[] & {
      readonly length: 4;
    };
    [this.#low, this.#high, this.#jump, this.#still] = numbers.subarray(4) as unknown as readonly number[] & {
      readonly length: 4;
    };
    io.array('averages', this.#averages);
    // Versions before 0.3 have none.
    this.#restless = io.isRestoring && !io.has('restless') ? 0 : io.number('restless', this.#restless);
  }
}
