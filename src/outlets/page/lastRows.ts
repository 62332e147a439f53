import type { ExpertName } from '../../domain/expertName.ts';
import type { BorrowedForecast, ClassAnswer, LearnerState } from '../../domain/forecast.ts';
import { BOUNDS, ForecastRow, HORIZONS } from '../../domain/forecastRow.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { Horizon } from '../../domain/streamSettings.ts';

const [KNOWN, ANOMALY, LATE] = [1, 2, 4];
const FIRST_PLACES = 64;

/**
 * The newest forecast of each stream, in columns. They are written with every reading and read when somebody looks: an object of each stream, with an array of its
 * own, lies in four more lines of memory, and with a thousand streams each of them comes from afar.
 */
export class LastRows {
  /** (places, stride) numbers of the forecasts. */
  #numbers: Float64Array;
  #stride = HORIZONS + BOUNDS;
  #marks: Uint8Array = new Uint8Array(FIRST_PLACES);
  readonly #sources: ExpertName[] = [];
  readonly #states: LearnerState[] = [];
  readonly #horizons: (readonly Horizon[])[] = [];
  readonly #classes: (ClassAnswer | undefined)[] = [];
  /** Places that were given back. */
  readonly #free: number[] = [];
  #count = 0;

  constructor() {
    this.#numbers = new Float64Array(FIRST_PLACES * this.#stride);
  }

  /** A place for a stream, of which nothing is known yet. */
  take(): number {
    const place = this.#free.pop() ?? this.#count++;
    if (place >= this.#marks.length) this.#resize(2 * this.#marks.length, this.#stride);
    return place;
  }

  /** The stream of a place has gone. */
  giveBack(place: number): void {
    this.#marks[place] = 0;
    this.#classes[place] = undefined;
    this.#free.push(place);
  }

  /** @returns whether an alarm of the stream has begun or ended with it */
  write(place: number, forecast: BorrowedForecast): boolean {
    const { numbers, horizons } = forecast;
    const length = HORIZONS + BOUNDS * horizons.length;
    if (length > this.#stride) this.#resize(this.#marks.length, length);
    const at = place * this.#stride;
    for (let i = 0; i < length; i++) this.#numbers[at + i] = numbers[i];
    this.#sources[place] = forecast.source;
    this.#states[place] = forecast.state;
    this.#horizons[place] = horizons;
    this.#classes[place] = forecast.classAnswer;
    const before = this.#marks[place];
    this.#marks[place] = KNOWN | (forecast.anomaly ? ANOMALY : 0) | (forecast.late ? LATE : 0);
    return (before & KNOWN) !== 0 && ((before ^ this.#marks[place]) & ANOMALY) !== 0;
  }

  isAnomalous(place: number): boolean {
    return (this.#marks[place] & ANOMALY) !== 0;
  }

  isKnown(place: number): boolean {
    return (this.#marks[place] & KNOWN) !== 0;
  }

  /** A copy; undefined: no reading came. */
  read(place: number, stream: StreamId): ForecastRow | undefined {
    if (!this.isKnown(place)) return undefined;
    const row = new ForecastRow();
    row.stream = stream;
    row.anomaly = this.isAnomalous(place);
    row.late = (this.#marks[place] & LATE) !== 0;
    row.source = this.#sources[place];
    row.state = this.#states[place];
    row.classAnswer = this.#classes[place];
    row.setHorizons(this.#horizons[place]);
    const at = place * this.#stride;
    row.numbers.set(this.#numbers.subarray(at, at + HORIZONS + BOUNDS * row.horizons.length));
    return row;
  }

  #resize(places: number, stride: number): void {
    const [numbers, marks] = [new Float64Array(places * stride), new Uint8Array(places)];
    for (let place = 0; place < this.#marks.length; place++)
      numbers.set(this.#numbers.subarray(place * this.#stride, (place + 1) * this.#stride), place * stride);
    marks.set(this.#marks);
    this.#numbers = numbers;
    this.#marks = marks;
    this.#stride = stride;
  }
}
