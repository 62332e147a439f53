import type { StateSettings } from '../../config/config.ts';
import { CHECKPOINT_LIMITS } from '../../state/checkpoints.ts';
import { generationsFor, streamsFor } from '../../state/keptPast.ts';

/** Cost of a way back. */
export interface CostOfPast {
  /** Hours that `undo` is meant to reach back; 0: no further than what a start needs. */
  readonly hours: number;
  /** States of a stream that are kept, at most. */
  readonly states: number;
  /** Streams whose states have room. */
  readonly streams: number;
  /** Most bytes on the disk, for states and journal together. */
  readonly bytes: number;
}

const HOUR_MS = 3_600_000;

/** @param bytes of the largest state of a stream. @returns undefined where nothing is kept */
export function costOfPast(
  { durability, keepPast, keepPastSize }: StateSettings,
  bytes: number,
): CostOfPast | undefined {
  if (durability === 'none') return undefined;
  const states = generationsFor(keepPast, CHECKPOINT_LIMITS.snapshotEvery);
  const streams = streamsFor(keepPastSize, states, bytes);
  return { hours: keepPast / HOUR_MS, states, streams, bytes: keepPast === 0 ? 0 : keepPastSize };
}
