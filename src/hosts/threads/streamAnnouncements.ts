import type { StreamSettings } from '../../domain/streamSettings.ts';
import type { Introduction } from './messages.ts';
import type { ShardStream } from './shardStream.ts';

/** Tells one thread of its streams, each once; and of each settings object once, however many streams share it. */
export class StreamAnnouncements {
  /** Numbers of the settings that were told, as many as the configuration has entries. */
  readonly #settings = new Map<StreamSettings, number>();
  /** Indexes that the thread has not heard of. */
  readonly #newcomers = new Set<number>();

  expect(index: number): void {
    this.#newcomers.add(index);
  }

  /** Messages that have to go before a batch with steps of these streams; the number of an eviction is none of them. */
  before(indexes: Float64Array, streams: ReadonlyMap<number, ShardStream>): Introduction | undefined {
    if (this.#newcomers.size === 0) return undefined;
    const introduction: Introduction = { kind: 'introduction', settings: [], streams: [] };
    for (const index of indexes) {
      if (!this.#newcomers.delete(index)) continue;
      const { id, settings } = streams.get(index) as ShardStream;
      introduction.streams.push({ index, id, settings: this.#numberOf(settings, introduction) });
    }
    return introduction.streams.length > 0 ? introduction : undefined;
  }

  #numberOf(settings: StreamSettings, introduction: Introduction): number {
    const known = this.#settings.get(settings);
    if (known !== undefined) return known;
    const number = this.#settings.size;
    this.#settings.set(settings, number);
    introduction.settings.push({ number, settings });
    return number;
  }
}
