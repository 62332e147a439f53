import type { AlarmChannel, AlarmEvidence } from '../../domain/alarm.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';
import { LASTING_ROWS } from './faultRules.ts';
import { Sizes } from './sizes.ts';

/** Patterns of each kind that are remembered: the newest. */
const MOST = 8;
/** Share of the way out of the known range from which on a reading is the fault, and beyond the fault up to which it is. */
const ONSET = 0.25;
const BEYOND = 1;

/** The range of all readings that count. */
export interface KnownRange {
  readonly low: number;
  readonly high: number;
}

/**
 * Patterns that somebody has called a fault. Nothing learns from one that comes again, so the tenth is as strange as the first: a reading outside of
 * what was known is left out altogether, and jumps, errors and standing still of such a size never become a habit: each such jump and standstill scores 2 and more. Where it lasts for 300 rows in a
 * row, the series is like that now, and the pattern is forgotten.
 */
export class FaultPatterns implements Stateful {
  readonly jumps: Sizes = new Sizes();
  readonly averages: Sizes = new Sizes();
  readonly stills: Sizes = new Sizes();
  /** (8, 2): from where to where readings are a fault, in the sensor's unit. */
  readonly #zones: Float64Array = new Float64Array(2 * MOST);
  #zoneCount = 0;
  /** Readings in a row within a zone. */
  #inZone = 0;
  /** Rows in a row with errors like those of a fault. */
  #withErrors = 0;

  get isEmpty(): boolean {
    return this.#zoneCount === 0 && this.jumps.isEmpty && this.averages.isEmpty && this.stills.isEmpty;
  }

  /** Alarms of that channel have been called faults. Those of the range do not come to it: their readings are left out. */
  has(channel: AlarmChannel): boolean {
    const known = { jump: this.jumps, errors: this.averages, still: this.stills, range: undefined, limit: undefined };
    return known[channel]?.isEmpty === false;
  }

  /** @param known the range without the fault */
  add({ channel, low, high, jump, averages, still }: AlarmEvidence, known: KnownRange): void {
    if (high > known.high) this.#addZone(known.high, high);
    if (low < known.low) this.#addZone(known.low, low);
    if (channel === 'jump') this.jumps.add(jump);
    if (channel === 'errors') this.averages.add(Math.max(...averages));
    if (channel === 'still') this.stills.add(still);
  }

  /** Patterns like this one are no fault. */
  remove({ low, high, jump, averages, still }: AlarmEvidence): void {
    this.#dropZones(low, high);
    this.jumps.drop(jump);
    this.averages.drop(Math.max(...averages));
    this.stills.drop(still);
  }

  /** Asked once for each reading: whether it is a fault that was met before. */
  isFault(reading: number): boolean {
    if (this.#zoneCount === 0) return false;
    if (!this.#isInZone(reading)) {
      this.#inZone = 0;
      return false;
    }
    this.#inZone++;
    if (this.#inZone <= LASTING_ROWS) return true;
    this.#inZone = 0;
    this.#dropZones(reading, reading);
    return false;
  }

  /** The errors of the row before were like those of a fault: those of this row are no habit. */
  get holdsErrors(): boolean {
    return this.#withErrors > 0;
  }

  /** @param average the largest of the watched experts in this row */
  watchErrors(average: number): void {
    if (this.averages.isEmpty) return;
    this.#withErrors = this.averages.isReached(average) ? this.#withErrors + 1 : 0;
    if (this.#withErrors <= LASTING_ROWS) return;
    this.#withErrors = 0;
    this.averages.clear();
  }

  #isInZone(reading: number): boolean {
    for (let i = 0; i < 2 * this.#zoneCount; i += 2)
      if (reading >= this.#zones[i] && reading <= this.#zones[i + 1]) return true;
    return false;
  }

  /** @param edge of the known range. @param peak of the fault, outside of it */
  #addZone(edge: number, peak: number): void {
    const way = peak - edge;
    const [one, other] = [edge + ONSET * way, peak + BEYOND * way];
    if (!Number.isFinite(one) || !Number.isFinite(other)) return;
    if (this.#zoneCount === MOST) this.#zones.copyWithin(0, 2);
    else this.#zoneCount++;
    const place = 2 * (this.#zoneCount - 1);
    this.#zones[place] = Math.min(one, other);
    this.#zones[place + 1] = Math.max(one, other);
  }

  /** Forgets those that reach into a range. */
  #dropZones(low: number, high: number): void {
    let kept = 0;
    for (let i = 0; i < 2 * this.#zoneCount; i += 2) {
      if (this.#zones[i] <= high && this.#zones[i + 1] >= low) continue;
      this.#zones.copyWithin(kept, i, i + 2);
      kept += 2;
    }
    this.#zoneCount = kept / 2;
  }

  /** A state without patterns has nothing of them. */
  exchange(io: StateIo): void {
    if (!(io.isRestoring ? io.has('zones') : !this.isEmpty)) return;
    io.array('zones', this.#zones);
    this.#zoneCount = io.number('zoneCount', this.#zoneCount);
    this.#inZone = io.number('inZone', this.#inZone);
    this.#withErrors = io.number('withErrors', this.#withErrors);
    this.jumps.exchange(io, 'jumps');
    this.averages.exchange(io, 'averages');
    this.stills.exchange(io, 'stills');
  }
}
