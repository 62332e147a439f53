import { toDurationMs } from '../../../../../domain/time.ts';
import type { ApiStreams } from '../../../api.ts';
import type { Stream } from '../../data/stream.ts';
import type { Page } from '../../shell/view.ts';

/** Pictures that one request asks for. */
const AT_ONCE = 24;
/** Points of a picture. */
const POINTS = 144;
/** Pictures that lack readings are asked for again in this time. */
const REFRESH_MS = toDurationMs(1000);

/** Asks for the pictures of the cards in view: those of 1,000 streams are half a megabyte. */
export class SparkLoader {
  readonly #page: Page;
  readonly #stop = new AbortController();
  #wanted: readonly Stream[] = [];
  #isAsking = false;
  #isResting = false;
  #cancelRest = (): void => undefined;

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

  /** Asks anew for pictures that lack readings, once a second: a stream may bring more of them than events do. */
  refresh(): void {
    if (this.#isResting || this.#isAsking || !this.#wanted.some(({ isBehind }) => isBehind)) return;
    this.#isResting = true;
    this.#cancelRest = this.#page.delay(() => {
      this.#isResting = false;
      this.refresh();
    }, REFRESH_MS);
    const behind = this.#wanted.filter(({ isBehind }) => isBehind);
    void this.#load(behind.slice(0, AT_ONCE));
  }

  stop(): void {
    this.#cancelRest();
    this.#wanted = [];
    this.#stop.abort();
  }

  async #ask(): Promise<void> {
    const missing = this.#wanted.filter(({ recent }) => recent === undefined).slice(0, AT_ONCE);
    if (missing.length === 0 || !(await this.#load(missing))) return;
    if (missing.some(({ recent }) => recent !== undefined)) await this.#ask();
  }

  /** @returns false where they did not come: they are asked for again with the next change of what is in view */
  async #load(streams: readonly Stream[]): Promise<boolean> {
    const { live, client, ask } = this.#page;
    this.#isAsking = true;
    try {
      const indices = streams.map(({ info }) => info.index);
      const query = { spark: POINTS, streams: indices.join(',') };
      const answer = await client.get<ApiStreams>('api/streams', { query, signal: this.#stop.signal });
      for (const { id, spark } of answer.streams) if (spark !== undefined) live.byId.get(id)?.takeSpark(spark);
      ask();
      return true;
    } catch {
      return false;
    } finally {
      this.#isAsking = false;
    }
  }
}
