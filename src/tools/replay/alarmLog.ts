import type { Forecast } from '../../domain/forecast.ts';
import type { EpochMs } from '../../domain/time.ts';

/** An anomaly from its first row to its last one. */
export interface Alarm {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** The highest score, and the reading that had it; null where the grid point had none. */
  readonly score: number;
  readonly value: number | null;
}

/** More are counted only. */
const MOST_KEPT = 1000;

/** The anomalies of a replay. */
export class AlarmLog {
  readonly #alarms: Alarm[] = [];
  #open: Alarm | undefined;
  /** Number of anomalies, also of those that are not kept. */
  count = 0;

  add({ at, anomaly, anomalyScore, value }: Forecast): void {
    if (!anomaly) {
      this.#close();
      return;
    }
    const score = anomalyScore ?? 0;
    if (this.#open === undefined) {
      this.count++;
      this.#open = { from: at, to: at, score, value };
    } else this.#open = { ...this.#open, to: at, ...(score > this.#open.score && { score, value }) };
  }

  /** No row follows. @returns the first thousand, in order */
  end(): readonly Alarm[] {
    this.#close();
    return this.#alarms;
  }

  #close(): void {
    if (this.#open !== undefined && this.#alarms.length < MOST_KEPT) this.#alarms.push(this.#open);
    this.#open = undefined;
  }
}
