import type { ApiStreams } from '../../../api.ts';
import type { Stream } from '../../data/stream.ts';
import type { Page } from '../../shell/view.ts';

/** Pictures that one request asks for. */
const AT_ONCE = 24;
/** Points of a picture. */
const POINTS = 144;

/** Asks for the pictures of the cards in view: those of 1,000 streams are half a megabyte. */
export class SparkLoader {
  readonly #page: Page;
  readonly #stop = new AbortController();
  #wanted: readonly Stream[] = [];
  #isAsking = false;

  constructor(page: Page) {
    this.#page = page;
  }

  want(streams: readonly Stream[]): void {
    this.#wanted = streams;
    if (!this.#isAsking) void this.#ask();
  }

  /** Asks for what is missing of those that are wanted. */
  again(): void {
    this.want(this.#wanted);
  }

  stop(): void {
    this.#wanted = [];
    this.#stop.abort();
  }

  async #ask(): Promise<void> {
    const { live, client, ask } = this.#page;
    const missing = this.#wanted.filter(({ recent }) => recent === undefined).slice(0, AT_ONCE);
    if (missing.length === 0) return;
    this.#isAsking = true;
    try {
      const indices = missing.map(({ info }) => info.index);
      const query = { spark: POINTS, streams: indices.join(',') };
      const { streams } = await client.get<ApiStreams>('api/streams', { query, signal: this.#stop.signal });
      for (const { id, spark } of streams) if (spark !== undefined) live.byId.get(id)?.takeSpark(spark);
      ask();
    } catch {
      // The pictures are asked for again with the next change of what is in view.
      return;
    } finally {
      this.#isAsking = false;
    }
    if (missing.some(({ recent }) => recent !== undefined)) await this.#ask();
  }
}
