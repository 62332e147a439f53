import type { Report } from '../../../domain/events.ts';

/**
 * Devices that have said, or left as their will, that they are gone. `topics` is the topic of a device's readings, or a topic with `/#`
 * behind it: all below that, and itself.
 */
export interface Presences {
  tell(topics: string, isThere: boolean): void;
  /** A live reading: who sends is there, whatever was said before. */
  heard(topic: string): void;
  /** Tells whether the device behind a topic, or a bridge before it, is gone. */
  isGone(topic: string): boolean;
}

/** Devices that are gone at once. Beyond that none is noted: their streams count as there. */
const MOST_GONE = 16_384;
const LONGEST_TOPIC = 1024;

export function createPresences(report: Report): Presences {
  const gone = new Set<string>();
  return {
    tell(topics, isThere) {
      if (isThere) {
        if (gone.delete(topics)) report({ type: 'SenderBack', topics });
      } else if (gone.size < MOST_GONE && topics.length <= LONGEST_TOPIC && !gone.has(topics)) {
        gone.add(topics);
        report({ type: 'SenderGone', topics });
      }
    },
    heard(topic) {
      // The usual case costs nothing.
      if (gone.size === 0) return;
      for (const topics of topicsAround(topic)) if (gone.delete(topics)) report({ type: 'SenderBack', topics });
    },
    isGone(topic) {
      if (gone.size === 0) return false;
      for (const topics of topicsAround(topic)) if (gone.has(topics)) return true;
      return false;
    },
  };
}

/** The topic itself, and `/#` behind it and behind each of its beginnings. */
function* topicsAround(topic: string): Generator<string> {
  yield topic;
  yield `${topic}/#`;
  for (let end = topic.lastIndexOf('/'); end > 0; end = topic.lastIndexOf('/', end - 1))
    yield `${topic.slice(0, end)}/#`;
}
