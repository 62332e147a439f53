import type { StreamId } from '../../domain/streamId.ts';
import type { Horizon, StreamSettings } from '../../domain/streamSettings.ts';

/** One life of a stream, from its first step to its eviction. */
export interface ShardStream {
  readonly id: StreamId;
  /** Never used for another life or stream. */
  readonly index: number;
  readonly settings: StreamSettings;
  /** Smallest first. */
  readonly horizons: readonly Horizon[];
}
