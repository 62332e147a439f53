import type { Report } from '../domain/events.ts';
import type { StreamId } from '../domain/streamId.ts';

/**
 * Runs what concerns one stream, in an operator that all streams share. What it throws is a bug of ours: it is reported and costs
 * this stream alone. An operator that calls a port by the name of a stream without this would end the way of all streams.
 * @param costsReading a reading is lost with it, and is counted as `stream-failed`
 */
export function forStream<T>(
  stream: StreamId,
  report: Report,
  run: () => T,
  { costsReading = true }: { readonly costsReading?: boolean } = {},
): T | undefined {
  try {
    return run();
  } catch (error) {
    report({ type: 'PipelineFailed', topic: stream, error });
    if (costsReading) report({ type: 'InputDropped', reason: 'stream-failed', topic: stream });
    return undefined;
  }
}
