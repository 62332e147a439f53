import type { LearnerHost } from '../../domain/learnerHost.ts';
import type { StreamId } from '../../domain/streamId.ts';

/** Norm of one network, with the labels of its series. */
interface NetworkNorm {
  readonly labels: { readonly stream: string; readonly network: string };
  readonly value: number;
}

/** Streams whose learners are asked in one look: a message to a thread each. */
const ASKED_AT_ONCE = 100;

/**
 * Norms of the gradients of networks, which only learners know. A scrape waits for none of them: it gets what the looks before have found, and
 * lets the streams be asked that were not asked for the longest time. With up to 100 streams a norm is that of the scrape before.
 */
export class GradientNorms {
  readonly #inspect: LearnerHost['inspect'];
  /** By stream, asked longest ago first. */
  #known = new Map<StreamId, readonly NetworkNorm[]>();
  #isLooking = false;

  constructor(inspect: LearnerHost['inspect']) {
    this.#inspect = inspect;
  }

  /** Series of these streams as far as they are known. @param streams that have series */
  read(streams: Iterable<StreamId>): readonly NetworkNorm[] {
    const alive = new Set(streams);
    for (const stream of this.#known.keys()) if (!alive.has(stream)) this.#known.delete(stream);
    const series = [...this.#known.values()].flat();
    if (!this.#isLooking) {
      this.#isLooking = true;
      void this.#look(alive).finally(() => {
        this.#isLooking = false;
      });
    }
    return series;
  }

  async #look(alive: ReadonlySet<StreamId>): Promise<void> {
    const fresh = [...alive].filter((stream) => !this.#known.has(stream));
    const due = [...fresh, ...this.#known.keys()].slice(0, ASKED_AT_ONCE);
    await Promise.all(due.map((stream) => this.#ask(stream)));
  }

  /** Where the learners are gone nothing is known of them. */
  async #ask(stream: StreamId): Promise<void> {
    const inspection = await this.#inspect(stream).catch(() => undefined);
    const series = (inspection?.networks ?? []).flatMap(({ network, gradientNorm }) =>
      gradientNorm === null ? [] : { labels: { stream, network }, value: gradientNorm },
    );
    this.#known.delete(stream);
    this.#known.set(stream, series);
  }
}
