import type { BorrowedForecast } from '../../../domain/forecast.ts';
import { EXPECTED, SCORE } from '../../../domain/forecastRow.ts';
import { toScoreByte } from './codes.ts';
import { toFlags } from './flags.ts';
import { placeOfSource } from './sourcePlace.ts';

/** Readings that wait: 200 KiB of them. A thousand streams have four each by then. */
const ROWS = 4096;
/** Numbers of a `ForecastRow` up to the expectation. */
const NUMBERS = EXPECTED + 3;
const NONE = -1;

/** Owner of readings in the log. */
export interface LogPlace {
  /** Kept by the log: the row of its newest reading there; −1: it has none. */
  newestRow: number;
}

/** Takes a reading out of the log. @param numbers as in a `ForecastRow`, up to the expectation; lent */
export type TakeReading<Place> = (place: Place, numbers: Float64Array, score: number, flags: number) => void;

/**
 * Readings as they came, one after the other, until somebody wants them by stream. To write them down costs little, as they lie side by side; a history of a
 * stream is found in memory once for several readings then.
 */
export class ReadingLog<Place extends LogPlace> {
  readonly #numbers = new Float64Array(ROWS * NUMBERS);
  readonly #scores = new Uint8Array(ROWS);
  readonly #flags = new Uint8Array(ROWS);
  readonly #places: (Place | undefined)[] = new Array<Place | undefined>(ROWS).fill(undefined);
  /** Row of the next reading of the same place; −1: there is none. */
  readonly #next = new Int16Array(ROWS);
  /** 1: the reading is the first of its place. */
  readonly #isFirst = new Uint8Array(ROWS);
  readonly #lent = new Float64Array(NUMBERS);
  #count = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** To be drained before the next one. */
  get isFull(): boolean {
    return this.#count === ROWS;
  }

  add({ numbers, source, anomaly }: BorrowedForecast, place: Place): void {
    const row = this.#count++;
    const at = row * NUMBERS;
    for (let i = 0; i < NUMBERS; i++) this.#numbers[at + i] = numbers[i];
    this.#scores[row] = toScoreByte(numbers[SCORE]);
    this.#flags[row] = toFlags(placeOfSource(source), anomaly);
    this.#places[row] = place;
    this.#next[row] = NONE;
    this.#isFirst[row] = place.newestRow === NONE ? 1 : 0;
    if (place.newestRow !== NONE) this.#next[place.newestRow] = row;
    place.newestRow = row;
  }

  /** Empties it: the places in the order of their first readings, and all readings of each in their order. */
  drain(take: TakeReading<Place>): void {
    const count = this.#count;
    this.#count = 0;
    for (let row = 0; row < count; row++) if (this.#isFirst[row] === 1) this.#drainPlace(row, take);
    this.#places.fill(undefined, 0, count);
  }

  #drainPlace(first: number, take: TakeReading<Place>): void {
    const place = this.#places[first] as Place;
    place.newestRow = NONE;
    for (let row = first; row !== NONE; row = this.#next[row]) {
      const at = row * NUMBERS;
      for (let i = 0; i < NUMBERS; i++) this.#lent[i] = this.#numbers[at + i];
      take(place, this.#lent, this.#scores[row], this.#flags[row]);
    }
  }
}
