import type { StateStore } from '../domain/stateStore.ts';
import type { Clock } from '../domain/time.ts';
import { DayGrowth } from './dayGrowth.ts';
import type { Journal } from './log/journal.ts';
import type { JournalSize } from './log/journalSize.ts';
import type { ResidencyTable } from './residencyTable.ts';

/** Health of the durable state. */
export interface StateHealth {
  /** Faults; empty: all is well. */
  readonly degraded: readonly ('not-written' | 'damaged')[];
  /** Bytes since the start, and within the last 24 hours. */
  readonly bytes_written: number;
  readonly bytes_written_day: number;
  readonly flushes: number;
  readonly flushes_day: number;
  readonly journal_bytes: number;
  /** Number of entries that are not on the medium. */
  readonly uncommitted: number;
  readonly acks_pending: number;
  readonly streams_stored: number;
}

interface HealthParts {
  readonly store: StateStore;
  readonly journal: Journal;
  readonly residencies: ResidencyTable['residencies'];
  readonly size: JournalSize;
  readonly clock: Clock;
  /** At the start. */
  readonly wasDamaged: boolean;
}

/** To be asked now and then, so that it knows what a day has brought. */
export function stateHealth({ store, journal, residencies, size, clock, wasDamaged }: HealthParts): () => StateHealth {
  const bytesOfDay = new DayGrowth(clock.now());
  const flushesOfDay = new DayGrowth(clock.now());
  return () => {
    const { bytesWritten, flushes, damaged } = store.traffic();
    const now = clock.now();
    return {
      degraded: [
        ...(journal.isFailing ? (['not-written'] as const) : []),
        ...(wasDamaged || damaged > 0 ? (['damaged'] as const) : []),
      ],
      bytes_written: bytesWritten,
      bytes_written_day: bytesOfDay.of(bytesWritten, now),
      flushes,
      flushes_day: flushesOfDay.of(flushes, now),
      journal_bytes: size.bytes,
      uncommitted: journal.position - journal.durable,
      acks_pending: journal.waiting,
      streams_stored: residencies.size,
    };
  };
}
