import type { DurationMs } from './time.ts';

/** A message to publish. */
export interface Outgoing {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** The broker forgets a retained message after this time (MQTT 5); without it, never. */
  readonly expire?: DurationMs;
}

/**
 * Port: hands a message to the broker. A message that cannot go out is dropped, counted and reported there.
 * @returns false for a message that was dropped
 */
export type Publish = (message: Outgoing) => boolean;
