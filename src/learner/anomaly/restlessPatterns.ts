import type { Stateful, StateIo } from '../../model/stateIo.ts';
import { FAULT_SCORE, LASTING_ROWS } from './faultRules.ts';

/** Patterns of each kind that are remembered: the newest. */
const MOST = 8;
/** Restlessness of one pattern differs by this factor at most. */
const ALIKE = 2;
/** Multiple of the calm series' restlessness from which on a pattern can be told from it. */
const CONTRAST = { fault: 2.5, normal: 1.75 };
/** Shares of a fault, and of what was normal, from which on readings may be the same: an occurrence at random is less restless than the one before, and each begins. */
const AGAIN = 0.4;
const BEGUN = 0.25;
/** Multiple of what was normal up to which readings may be the same: at random they are more restless now and then. */
const LARGER = 3;
/** Rows after what is normal in which errors are still averaged with those of it, and forecasts find back. */
const AFTERMATH = 46;

/** Restlessness of a pattern, and of the series without it, in the sensor's unit. */
export interface Contrast {
  readonly restless: number;
  readonly calm: number;
}

/** Patterns of one kind, the newest last. (8, 3): restlessness, and from where to where it is the same. */
class Spans {
  readonly #numbers: Float64Array = new Float64Array(3 * MOST);
  #count = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  add(restless: number, least: number, most: number): void {
    if (this.#count === MOST) this.#numbers.copyWithin(0, 3);
    else this.#count++;
    this.#numbers.set([restless, least, most], 3 * (this.#count - 1));
  }

  /** Forgets those like this one. */
  drop(restless: number): void {
    this.#keep((place) => factorBetween(this.#numbers[place], restless) > ALIKE);
  }

  /** Forgets those that this one can be. */
  release(restless: number): void {
    this.#keep((place) => !this.#spans(place, restless));
  }

  #keep(isKept: (place: number) => boolean): void {
    let kept = 0;
    for (let i = 0; i < 3 * this.#count; i += 3) {
      if (!isKept(i)) continue;
      this.#numbers.copyWithin(kept, i, i + 3);
      kept += 3;
    }
    this.#count = kept / 3;
  }

  #spans(place: number, restless: number): boolean {
    return restless >= this.#numbers[place + 1] && restless <= this.#numbers[place + 2];
  }

  /** Factor by which the nearest of those that it can be differs; Infinity: it is none of them. */
  factorTo(restless: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 3 * this.#count; i += 3)
      if (this.#spans(i, restless)) least = Math.min(least, factorBetween(this.#numbers[i], restless));
    return least;
  }

  /** There are some, and this is more than all that they can be. */
  isBelow(restless: number): boolean {
    if (this.isEmpty) return false;
    for (let i = 0; i < 3 * this.#count; i += 3) if (restless <= this.#numbers[i + 2]) return false;
    return true;
  }

  exchange(io: StateIo, name: string): void {
    this.#count = io.number(`${name}Count`, this.#count);
    io.array(name, this.#numbers);
  }
}

/**
 * Restless patterns that somebody has judged. Experts learn them within a few rows, so that their errors do not tell a second time what came:
 * the readings themselves do. A fault is an alarm again however well it is forecast, and nothing learns from it; where it lasts for 300 rows in
 * a row, the series is like that now, and the pattern is forgotten. The errors of what was normal are no news.
 */
export class RestlessPatterns implements Stateful {
  readonly #faults = new Spans();
  readonly #normals = new Spans();
  /** Rows in a row like a fault. */
  #faulty = 0;
  /** Rows that are still to come in which errors are no news. */
  #calming = 0;

  /** The readings up to this row are more restless than all that is normal. Not part of the state: each row has its own. */
  isBeyond = false;

  get isEmpty(): boolean {
    return this.#faults.isEmpty && this.#normals.isEmpty;
  }

  /** The readings up to this row are like those of a fault. */
  get isFault(): boolean {
    return this.#faulty > 0;
  }

  /** @param errors the score of the errors of this row. @returns it; less where they are those of what is normal, or follow it */
  newsOf(errors: number): number {
    if (this.isFault) return Math.max(errors, FAULT_SCORE);
    return this.#calming > 0 ? 0 : errors;
  }

  /** Without effect where the pattern cannot be told from the calm series. */
  addFault({ restless, calm }: Contrast): void {
    if (!isPattern({ restless, calm }, CONTRAST.fault)) return;
    this.#drop(restless);
    this.#faults.add(restless, leastOf({ restless, calm }, AGAIN), Number.POSITIVE_INFINITY);
  }

  /** @returns false, and is without effect, where the pattern cannot be told from the calm series */
  addNormal({ restless, calm }: Contrast): boolean {
    if (!isPattern({ restless, calm }, CONTRAST.normal)) return false;
    this.#drop(restless);
    this.#normals.add(restless, leastOf({ restless, calm }, BEGUN), LARGER * restless);
    return true;
  }

  #drop(restless: number): void {
    this.#faults.drop(restless);
    this.#normals.drop(restless);
  }

  /** Once for each reading that is believed. @param restless of the readings up to it */
  watch(restless: number): void {
    const [toFault, toNormal] = [this.#faults.factorTo(restless), this.#normals.factorTo(restless)];
    this.isBeyond = this.#normals.isBelow(restless);
    this.#faulty = toFault < toNormal ? this.#faulty + 1 : 0;
    if (toNormal <= toFault && toNormal < Number.POSITIVE_INFINITY) this.#calming = AFTERMATH;
    // What goes beyond it was on its way there before.
    else if (this.isBeyond) this.#calming = 0;
    else if (this.#calming > 0) this.#calming--;
    if (this.#faulty <= LASTING_ROWS) return;
    this.#faulty = 0;
    this.#faults.release(restless);
  }

  /** A state without patterns has nothing of them. */
  exchange(io: StateIo): void {
    if (!(io.isRestoring ? io.has('faults') : !this.isEmpty)) return;
    this.#faults.exchange(io, 'faults');
    this.#normals.exchange(io, 'normals');
    this.#faulty = io.number('faulty', this.#faulty);
    this.#calming = io.number('calming', this.#calming);
  }
}

function factorBetween(one: number, other: number): number {
  return Math.max(one / other, other / one);
}

/** The share of the pattern; at least the geometric mean of it and of the calm series. */
function leastOf({ restless, calm }: Contrast, share: number): number {
  return Math.max(share * restless, Math.sqrt(restless * calm));
}

function isPattern({ restless, calm }: Contrast, contrast: number): boolean {
  return Number.isFinite(restless) && restless > 0 && restless >= contrast * calm;
}
