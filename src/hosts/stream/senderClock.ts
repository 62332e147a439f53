import { fromPlain, toPlain } from './plainNumber.ts';

/** A clock whose distance from ours changes by no more goes on as before: latency and drift make no more of it. */
const STEADY_MS = 120_000;
/** From one message to the next the distance of a clock that runs changes by no more than this, and this share of the interval. */
const LATENCY_MS = 1000;
const JITTER = 0.1;

/**
 * Knowledge about the sender's clock of a stream, from its messages. A clock that is wrong by a constant distance
 * (local time sent as UTC, an uptime) still tells the time between two readings.
 */
export class SenderClock {
  isWrong = false;
  /** Told time minus arrival of messages that came at once, ms; NaN where it is not constant. */
  shift: number = Number.NaN;

  /** Tells if a told time is as far from its arrival as before. */
  isSteady(offset: number): boolean {
    return Math.abs(offset - this.shift) <= Math.min(STEADY_MS, Math.abs(this.shift) / 2);
  }

  /**
   * It was found to be wrong. A clock that begins anew at each wake has no constant distance.
   * @param offset told time minus arrival, of a message that came at once
   * @param before the same of the message before; NaN where there was none
   * @param interval between the arrivals of the two
   */
  noteWrong(offset: number, before: number, interval: number): void {
    this.isWrong = true;
    this.shift = Math.abs(offset - before) <= LATENCY_MS + JITTER * interval ? offset : Number.NaN;
  }

  save(): unknown {
    return [this.isWrong, toPlain(this.shift)];
  }

  load(saved: unknown): void {
    const [isWrong, shift] = Array.isArray(saved) ? (saved as readonly unknown[]) : [];
    this.isWrong = isWrong === true;
    this.shift = fromPlain(shift);
  }
}
