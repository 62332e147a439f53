import type { StoreTraffic } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type Clock, type EpochMs, toEpochMs } from '../domain/time.ts';
import type { StreamResidency } from './streamResidency.ts';
import type { WriteBudget } from './writeBudget.ts';

export interface BackupOptions {
  readonly residencies: ReadonlyMap<StreamId, StreamResidency>;
  readonly budget: WriteBudget;
  readonly clock: Clock;
  readonly traffic: () => StoreTraffic;
  readonly backup: () => Promise<void>;
  /** Time of the last backup; undefined: there was none. */
  readonly backedUpAt: EpochMs | undefined;
}

/** Snapshots of each stream that a backup has. */
const COPIED = 2;
const EVERY_MS = 86_400_000;
/** Time from the start to the first one, ms: a daemon that is started anew each day has one too. */
const FIRST_MS = 3_600_000;
/** Written per byte of the snapshots that a backup copies. */
const WRITES_PER_BYTE = 1.25;
/** Share of the budget: the more there is to copy, the rarer backups are. */
const SHARE = 0.25;

/** Decides when a backup is due: once a day where something has changed, as far as the flash is to bear it. */
export class Backups {
  readonly #options: BackupOptions;
  #at: EpochMs;
  /** Bytes that the store had written by then. */
  #bytes: number;

  constructor(options: BackupOptions) {
    this.#options = options;
    this.#at = options.backedUpAt ?? toEpochMs(options.clock.now() + FIRST_MS - EVERY_MS);
    this.#bytes = options.traffic().bytesWritten;
  }

  /** One look at whether it is. */
  look(now: EpochMs): void {
    const { residencies, backup, budget, traffic } = this.#options;
    if (traffic().bytesWritten === this.#bytes) return;
    let bytes = 0;
    for (const residency of residencies.values())
      bytes += residency.bytes * Math.min(COPIED, residency.generations.length);
    const days = (bytes * WRITES_PER_BYTE) / (SHARE * budget.perDay);
    const isDue = Math.abs(now - this.#at) >= EVERY_MS * Math.max(1, days);
    // May overdraw the budget: one backup costs more than the budget can accumulate.
    if (!isDue || bytes === 0 || budget.left(now) < 0) return;
    this.#at = now;
    const noteBytes = (): void => {
      this.#bytes = traffic().bytesWritten;
    };
    // Not being able to is told by the next commit; tomorrow is another day.
    backup().then(noteBytes, () => undefined);
  }
}
