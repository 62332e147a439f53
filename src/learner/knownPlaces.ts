import { exp } from '../kernel/math/exp.ts';
import type { Stateful, StateIo } from '../model/stateIo.ts';
import { isNoReading } from './noReading.ts';

const PLACES = 3;
/** Visits that make a place known. Fewer must not: four equal faults have to be found four times. */
const KNOWN = 8;
/** Number of arrivals that is enough from a rest, where what is switched on begins. */
const KNOWN_FROM_REST = 3;
/** Rows after which a visit to a number that means "no reading" counts a third: only a series that goes there all the time means it. */
const MEMORY = 2000;
/** Columns of a place. */
const COLUMNS = 3;
const AT = 0;
const COUNT = 1;
const ROW = 2;

/**
 * Places outside the believed range to which short doubts went and came back from: a pump that runs for three readings at a
 * time never stays long enough to be a new level.
 */
export class KnownPlaces implements Stateful {
  /** (places, 3): where, visits that count, row of the last one. */
  readonly #places: Float64Array = new Float64Array(PLACES * COLUMNS);

  /**
   * A doubt is over.
   * @param at where the doubted readings were @param tolerance what counts as the same place
   * @param isFromRest whether the series had stood still before
   * @returns whether the place is known from now on
   */
  count(at: number, row: number, tolerance: number, isFromRest: boolean): boolean {
    const offset = this.#find(at, tolerance);
    const places = this.#places;
    const isWord = isNoReading(at);
    const kept = isWord ? exp((places[offset + ROW] - row) / MEMORY) : 1;
    const count = places[offset + COUNT] * kept + 1;
    places[offset + AT] = at;
    places[offset + COUNT] = count;
    places[offset + ROW] = row;
    const isKnown = count >= (isFromRest && !isWord ? KNOWN_FROM_REST : KNOWN);
    if (isKnown) places[offset + COUNT] = 0;
    return isKnown;
  }

  /** The place itself, or else the one with the fewest visits, which gives its room. */
  #find(at: number, tolerance: number): number {
    const places = this.#places;
    let least = 0;
    for (let offset = 0; offset < places.length; offset += COLUMNS) {
      const visits = places[offset + COUNT];
      if (visits > 0 && Math.abs(places[offset + AT] - at) <= tolerance) return offset;
      if (visits < places[least + COUNT]) least = offset;
    }
    places[least + COUNT] = 0;
    return least;
  }

  exchange(io: StateIo): void {
    io.array('places', this.#places);
  }
}
