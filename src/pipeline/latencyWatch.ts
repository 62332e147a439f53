import type { StreamId } from '../domain/streamId.ts';

/** Port: hears of both ends of the way from a reading to its forecast. */
export interface LatencyWatch {
  /** A message has brought a reading of the stream. */
  arrived(stream: StreamId): void;
  /** A forecast of the stream is there; it may be withheld yet. */
  issued(stream: StreamId): void;
}
