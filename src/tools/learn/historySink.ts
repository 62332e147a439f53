import type { DropReason } from '../../domain/dropReason.ts';
import type { Sample } from '../../domain/sample.ts';
import type { StreamId } from '../../domain/streamId.ts';

export interface StreamHistory {
  readonly stream: StreamId;
  /** Marked as recorded, in the order of time. */
  readonly samples: readonly Sample[];
  /** Unit of the readings, as far as the files tell. */
  readonly unit: string | undefined;
  /** The stream forgets first what it has learned so far. */
  readonly anew: boolean;
}

/** Where history is learned: in a state folder, or by a running daemon. */
export interface HistorySink {
  /** For the report. */
  readonly name: string;
  /**
   * Resolves once all of it was learned and is kept. Readings that the stream knows already are dropped.
   * @param onProgress told how many readings are through
   * @returns readings that were not learned, by reason
   */
  learn(history: StreamHistory, onProgress: (readings: number) => void): Promise<ReadonlyMap<DropReason, number>>;
}
