import type { StreamId } from '../../domain/streamId.ts';
import type { Config } from '../config.ts';
import { namesOf } from '../problems/checkStreams.ts';
import { hasWildcard } from '../schema/topics.ts';

/** Position of the entry of `streams:` that gives this stream and no other; undefined: there is none. */
export function soleEntryOf({ written }: Pick<Config, 'written'>, stream: StreamId): number | undefined {
  const index = written.streams.findIndex((entry) => {
    const { topic } = entry;
    if (typeof topic !== 'string' || hasWildcard(topic)) return false;
    const names = namesOf(entry, topic);
    return names.length === 1 && names[0] === stream;
  });
  return index < 0 ? undefined : index;
}
