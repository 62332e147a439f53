import type { Report } from '../domain/events.ts';
import type { JournalPosition, StateStore, StoreOpening } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { CHECKPOINT_LIMITS, type CheckpointLimits } from './checkpoints.ts';
import { JournalSize } from './log/journalSize.ts';
import { Redeliveries } from './log/redeliveries.ts';
import { type JournalReading, Tails } from './log/tails.ts';

/** Twice what the connection holds: an acknowledgement may have been given, and not have reached the broker. */
const MOST_UNACKNOWLEDGED = 32_768;
/** Places in the journal are known to a part of what is worth being cut off. */
const STRETCHES_OF_A_TRIM = 8;

/** What a journal says at the start. */
export interface FoundJournal {
  readonly tails: Tails;
  readonly redeliveries: Redeliveries;
  readonly size: JournalSize;
  readonly samples: number;
  /** Batches that were lost. */
  readonly damaged: number;
}

export interface ReadJournalOptions {
  readonly opening: StoreOpening;
  /** Messages that a broker may have sent and not heard of, at most. */
  readonly mostUnacknowledged?: number | undefined;
  readonly limits?: CheckpointLimits | undefined;
}

/** Reads the journal from its beginning. Batches that cannot be read are left out and reported. @throws StoreError */
export async function readJournal(
  store: StateStore,
  report: Report,
  { opening, mostUnacknowledged = MOST_UNACKNOWLEDGED, limits = CHECKPOINT_LIMITS }: ReadJournalOptions,
): Promise<FoundJournal> {
  const from = new Map<StreamId, JournalPosition>();
  for (const { stream, generations } of opening.streams) {
    from.set(stream, Math.min(...generations.map(({ position }) => position)));
  }
  const tails = new Tails((stream) => from.get(stream) ?? 0);
  const redeliveries = new Redeliveries(mostUnacknowledged);
  const size = new JournalSize(limits.leastTrimBytes / STRETCHES_OF_A_TRIM);
  const others: JournalReading = {
    message: (packetId, checksum, position) => redeliveries.note(packetId, checksum, position),
    session: () => redeliveries.enter(0),
  };
  let unreadable = 0;
  const { damaged } = await store.readJournal((batch) => {
    size.add(batch);
    try {
      tails.read(batch, others);
    } catch {
      unreadable++;
    }
  });
  const lost = damaged + unreadable;
  if (lost > 0) report({ type: 'JournalDamaged', batches: lost });
  return { tails, redeliveries, size, samples: tails.samples, damaged: lost };
}
