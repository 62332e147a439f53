import type { EventSink } from '../../../adapters/http/eventSink.ts';

/** Events that a client asks for. */
export interface Wanted {
  /** Indices of streams in view; undefined: all. */
  readonly streams: ReadonlySet<number> | undefined;
  /** Lines of the log too. */
  readonly log: boolean;
}

/** Most bytes that may wait for a client, and the longest that any may. */
const MOST_WAITING = 262_144;
const LONGEST_WAIT_MS = 10_000;

/** A page that follows what happens. */
export class EventClient {
  readonly wanted: Wanted;
  /** Readings up to this one were sent. */
  cursor: number;
  readonly #sink: EventSink;
  /** Since when something waits for it; undefined: nothing does. */
  #waitsSince: number | undefined;
  #id = '';

  constructor(sink: EventSink, wanted: Wanted, cursor: number) {
    this.#sink = sink;
    this.wanted = wanted;
    this.cursor = cursor;
  }

  /** Sends what happens once and is not to be missed. @param data JSON without line breaks */
  send(event: string, data: string): void {
    this.#sink.write(`${this.#id}event: ${event}\ndata: ${data}\n\n`);
  }

  /** Frames from now on carry this id, with which a browser says what it had last. */
  mark(id: string): void {
    this.#id = `id: ${id}\n`;
  }

  /** A line that says nothing, so that no proxy takes the connection for dead. */
  beat(): void {
    this.#sink.write(':\n\n');
  }

  begin(): void {
    this.#sink.write('retry: 3000\n');
  }

  /** All that was sent has been taken: what may be sent in a newer version later waits for that. */
  get isReady(): boolean {
    return this.#sink.backlog === 0;
  }

  /** @returns why it is to be cut off; undefined: it is not */
  fault(now: number): 'slow' | 'too-much' | undefined {
    const { backlog } = this.#sink;
    if (backlog === 0) this.#waitsSince = undefined;
    else this.#waitsSince ??= now;
    if (backlog > MOST_WAITING) return 'too-much';
    return this.#waitsSince !== undefined && now - this.#waitsSince > LONGEST_WAIT_MS ? 'slow' : undefined;
  }

  cut(): void {
    this.#sink.cut();
  }
}
