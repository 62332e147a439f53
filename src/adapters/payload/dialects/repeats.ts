import { createHash } from 'node:crypto';
import { createRecentMap } from '../recentMap.ts';
import type { DialectMessage } from './dialect.ts';

const MOST_MESSAGES = 1024;
/** Bytes up to which a payload is compared as it is. */
const LONGEST_KEPT = 512;

/**
 * Tells a message that came on the same topic with the same payload a moment ago. Senders that take turns on a topic are told apart.
 * @param withinMs span from the first of them
 */
export function createRepeats(withinMs: number): (message: DialectMessage) => boolean {
  const recent = createRecentMap<string, number>(MOST_MESSAGES);
  return ({ topic, bytes, receivedAt }) => {
    const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const text =
      bytes.length <= LONGEST_KEPT ? content.toString('latin1') : createHash('sha1').update(content).digest('base64');
    const key = `${topic}\0${text}`;
    const before = recent.get(key);
    const isRepeat = before !== undefined && receivedAt >= before && receivedAt - before <= withinMs;
    if (!isRepeat) recent.set(key, receivedAt);
    return isRepeat;
  };
}
