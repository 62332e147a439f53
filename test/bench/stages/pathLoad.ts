import { encodeLoad } from '../e2e/load.ts';
import type { Path } from './path.ts';

/** Messages of a chunk: about what a read of the socket gives under load. */
const CHUNK = 800;
/** Turns of the event loop without progress, after which messages count as lost. */
const MOST_TURNS = 10_000;

/** Writes readings of all streams in turn into a path. */
export class PathLoad {
  readonly #path: Path;
  readonly #chunks: readonly Buffer[];
  #next = 0;

  constructor(path: Path, streams: number) {
    this.#path = path;
    const packets = encodeLoad(streams, 5);
    const chunks: Buffer[] = [];
    // Up to the chunk that ends with the last packet of a round.
    for (let from = 0; from === 0 || from % packets.length !== 0; from += CHUNK) {
      const packetAt = (_: unknown, i: number): Buffer => packets[(from + i) % packets.length]!;
      chunks.push(Buffer.concat(Array.from({ length: CHUNK }, packetAt)));
    }
    this.#chunks = chunks;
  }

  /**
   * Writes at least `messages`, a chunk a turn, and waits for each until its last one has come to the end of the path.
   * @returns the number written
   * @throws Error where one of them does not come there
   */
  async drive(messages: number): Promise<number> {
    const count = Math.ceil(messages / CHUNK);
    for (let i = 0; i < count; i++) {
      const wanted = this.#path.reached + CHUNK;
      this.#path.write(this.#chunks[this.#next]!);
      this.#next = (this.#next + 1) % this.#chunks.length;
      await this.#untilReached(wanted);
    }
    return count * CHUNK;
  }

  async #untilReached(wanted: number): Promise<void> {
    for (let turn = 0; this.#path.reached < wanted; turn++) {
      if (turn > MOST_TURNS) {
        const { reached, dropped } = this.#path;
        throw new Error(`${wanted - reached} messages do not come to the end of the path; ${dropped} were dropped`);
      }
      await new Promise(setImmediate);
    }
    // What the last ones have led to leaves at the end of the turn.
    await new Promise(setImmediate);
  }
}
