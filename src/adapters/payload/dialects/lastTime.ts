import { type EpochMs, toEpochMs } from '../../../domain/time.ts';
import type { Intake } from '../intake.ts';
import type { ReadSampleTime } from '../sampleTime.ts';

/** The time of the object that was looked at last: fields of one object have one time, which is looked for once. One for all messages of a topic. */
export class LastTime {
  #holder: object | undefined;
  /** Objects around it and itself. */
  #depth = 0;
  #at: EpochMs = toEpochMs(Number.NaN);
  #hasOrigin = false;
  #arrival: EpochMs = toEpochMs(Number.NaN);
  #isTold = false;
  #isBacklog = false;

  /** Another message: objects of the one before are let go. */
  forget(): void {
    this.#holder = undefined;
  }

  /** Gives the next row of the intake its time, as `timeOf` does. */
  find(trail: readonly object[], intake: Intake, timeOf: ReadSampleTime): boolean {
    const holder = trail[trail.length - 1];
    if (this.#holder !== undefined && this.#holder === holder && this.#depth === trail.length) {
      this.#giveTo(intake);
      return true;
    }
    const isFound = timeOf(trail, intake);
    if (isFound) this.#set(holder, trail.length, intake);
    return isFound;
  }

  #set(holder: object | undefined, depth: number, { row: { at, origin } }: Intake): void {
    this.#holder = holder;
    this.#depth = depth;
    this.#at = at;
    this.#hasOrigin = origin !== undefined;
    if (origin === undefined) return;
    this.#arrival = origin.arrival;
    this.#isTold = origin.isTold;
    this.#isBacklog = origin.isBacklog;
  }

  #giveTo({ row }: Intake): void {
    row.at = this.#at;
    if (this.#hasOrigin) row.setOrigin(this.#arrival, this.#isTold, this.#isBacklog);
    else row.origin = undefined;
  }
}
