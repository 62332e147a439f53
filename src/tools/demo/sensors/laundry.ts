import type { DurationMs } from '../../../domain/time.ts';
import type { Random } from './random.ts';

/** The phases of a washing machine. */
export const PHASES = ['idle', 'fill', 'heat', 'wash', 'spin'] as const;
export type Phase = (typeof PHASES)[number];

/** One reading of the plug behind which the machine is, and the truth about it. */
export interface LaundryRow {
  /** W */ readonly power: number;
  readonly phase: Phase;
}

const STANDBY_WATTS = 1.8;
const MINUTE_MS = 60_000;

/**
 * A washing machine behind a power plug, one programme after the other. Heating and spinning take the same power by the same law,
 * and each lasts minutes: only what went before tells them apart. One in three programmes is a cold one, without heating.
 */
class Laundry {
  readonly #random: Random;
  readonly #period: DurationMs;

  constructor(random: Random, period: DurationMs) {
    this.#random = random;
    this.#period = period;
  }

  *run(): Generator<LaundryRow, never> {
    for (;;) {
      yield* this.#standby();
      yield* this.#programme();
    }
  }

  #between(low: number, high: number): number {
    return low + (high - low) * this.#random.uniform();
  }

  #countOf(low: number, high: number): number {
    return Math.floor(this.#between(low, high + 1));
  }

  /** Readings in some minutes. */
  #rowsOf(low: number, high: number): number {
    return Math.max(1, Math.round((this.#between(low, high) * MINUTE_MS) / this.#period));
  }

  *#programme(): Generator<LaundryRow> {
    const motor = this.#between(110, 230);
    yield* this.#fill(this.#rowsOf(1.5, 4));
    if (this.#random.uniform() < 0.7) {
      if (this.#random.uniform() < 0.5) yield* this.#wash(this.#rowsOf(0.7, 2), 0.8 * motor);
      yield* this.#plateau('heat', this.#rowsOf(5, 25));
    }
    yield* this.#wash(this.#rowsOf(8, 30), motor);
    if (this.#random.uniform() < 0.7) yield* this.#plateau('spin', this.#rowsOf(1, 3));
    for (let rinses = this.#countOf(1, 3); rinses > 0; rinses--) {
      yield* this.#fill(this.#rowsOf(1, 2.5));
      yield* this.#wash(this.#rowsOf(3, 7), 0.9 * motor);
      if (rinses > 1 && this.#random.uniform() < 0.6) yield* this.#plateau('spin', this.#rowsOf(1, 3));
    }
    yield* this.#plateau('spin', this.#rowsOf(5, 12));
  }

  *#standby(): Generator<LaundryRow> {
    for (let rows = this.#rowsOf(10, 80); rows > 0; rows--) {
      const blip = this.#random.uniform() < 0.01 ? this.#between(0.5, 2.5) : 0;
      yield rowOf('idle', STANDBY_WATTS + 0.15 * this.#random.normal() + blip);
    }
  }

  *#fill(rows: number): Generator<LaundryRow> {
    const base = this.#between(20, 45);
    for (let row = 0; row < rows; row++) {
      const valve = this.#random.uniform() < 0.15 ? this.#between(60, 160) : 0;
      yield rowOf('fill', base + 3 * this.#random.normal() + valve);
    }
  }

  /** The drum turns for a few readings, then rests. */
  *#wash(rows: number, motor: number): Generator<LaundryRow> {
    for (let row = 0; row < rows; ) {
      const turning = motor * this.#between(0.8, 1.2);
      for (let on = this.#countOf(2, 5); on > 0 && row < rows; on--, row++)
        yield rowOf('wash', turning * (1 + 0.12 * this.#random.normal()));
      const resting = this.#between(12, 45);
      for (let off = this.#countOf(1, 3); off > 0 && row < rows; off--, row++)
        yield rowOf('wash', resting + 3 * this.#random.normal());
    }
  }

  /** Heater and motor at full speed draw alike. */
  *#plateau(phase: 'heat' | 'spin', rows: number): Generator<LaundryRow> {
    let level = 0;
    let left = 0;
    for (let row = 0; row < rows; row++, left--) {
      if (left === 0) {
        level = this.#between(350, 800);
        left = this.#countOf(5, 21);
      }
      const start = row === 0 ? 0.5 : row === 1 ? 0.8 : 1;
      yield rowOf(phase, level * start * (1 + 0.05 * this.#random.normal()));
    }
  }
}

/** @param period from reading to reading */
export function createLaundry(random: Random, period: DurationMs): Generator<LaundryRow, never> {
  return new Laundry(random, period).run();
}

function rowOf(phase: Phase, power: number): LaundryRow {
  return { phase, power: Math.max(0, power) };
}
