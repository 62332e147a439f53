import { crc32 } from 'node:zlib';

/** Messages that may be on their way back at once; beyond that the oldest are forgotten. */
const MOST_EXPECTED = 1000;

/** Our own messages on their way back from the broker: MQTT 3.1.1 sends them to us where a subscription of ours matches. */
export class Echoes {
  /** Topic and checksum of the payload → how often it is expected; in the order of publishing. */
  readonly #expected = new Map<string, number>();

  expect(topic: string, payload: string | Uint8Array): void {
    const key = keyOf(topic, payload);
    const times = this.#expected.get(key) ?? 0;
    this.#expected.delete(key);
    this.#expected.set(key, times + 1);
    if (this.#expected.size <= MOST_EXPECTED) return;
    const [oldest] = this.#expected.keys();
    if (oldest !== undefined) this.#expected.delete(oldest);
  }

  /** True for a message of ours, which comes back once. */
  isEcho(topic: string, payload: Uint8Array): boolean {
    const key = keyOf(topic, payload);
    const times = this.#expected.get(key);
    if (times === undefined) return false;
    if (times === 1) this.#expected.delete(key);
    else this.#expected.set(key, times - 1);
    return true;
  }
}

function keyOf(topic: string, payload: string | Uint8Array): string {
  return `${crc32(payload)} ${topic}`;
}
