import type { StreamId } from '../domain/streamId.ts';
import type { Hold } from './routedInput.ts';

/**
 * Streams whose tail goes, or pauses in the middle: mostly one. Before something goes to another stream they are used, so that none of them is the
 * one that makes room: half a tail would be taken for the whole.
 */
export class BegunTails {
  readonly #pass: (hold: Hold) => void;
  readonly #streams = new Set<StreamId>();

  constructor(pass: (hold: Hold) => void) {
    this.#pass = pass;
  }

  begin(stream: StreamId): void {
    this.#streams.add(stream);
  }

  end(stream: StreamId): void {
    this.#streams.delete(stream);
  }

  /** @param before the stream that something goes to */
  hold(before: StreamId): void {
    for (const held of this.#streams) if (held !== before) this.#pass({ held });
  }
}
