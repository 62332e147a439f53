import { crc32 } from 'node:zlib';
import type { Heard } from '../../../domain/listen.ts';

/** Requests that are remembered: more are not under way to the broker with one acknowledgement each. */
const MOST = 256;

/** Requests that the broker gives again, as it has not had our acknowledgement: their command was run and answered before. */
export class RepeatedRequests {
  /** Keys in the order in which they came. */
  readonly #keys = new Set<string>();

  /** @returns whether it was heard before. It is remembered */
  isRepeat(message: Heard): boolean {
    const { delivery } = message;
    if (delivery === undefined) return false;
    const key = keyOf(message, delivery.id);
    const isKnown = this.#keys.delete(key);
    this.#keys.add(key);
    const [oldest] = this.#keys;
    if (this.#keys.size > MOST && oldest !== undefined) this.#keys.delete(oldest);
    return isKnown && delivery.isRedelivery;
  }
}

/** Short, whatever was sent. */
function keyOf({ topic, payload, reply }: Heard, id: number): string {
  const about = crc32(`${reply?.topic ?? ''} ${topic}`, crc32(reply?.correlation ?? new Uint8Array()));
  return `${id} ${crc32(payload, about)} ${payload.length}`;
}
