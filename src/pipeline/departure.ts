import type { StreamId } from '../domain/streamId.ts';
import type { Awaited } from '../state/awaitedStreams.ts';
import type { RoutedInput } from './routedInput.ts';

/** A stream is to leave because the configuration has changed. */
export interface Departure {
  readonly stream: StreamId;
  /** `renewed`: it comes back with other settings. `retired`: no entry gives it any more. */
  readonly why: 'renewed' | 'retired';
  /** Asked when its turn has come: the configuration may have changed again. */
  readonly isDue: () => boolean;
}

export function toRouted({ stream, why }: Departure): RoutedInput {
  return why === 'renewed' ? { renewed: stream } : { retired: stream };
}

interface DeparturesOptions {
  /** Calls `mayCome` when the turn of the stream has come. */
  readonly wait: (awaited: Awaited) => void;
  readonly mayLeave: (stream: StreamId) => boolean;
  readonly pass: (routed: RoutedInput) => void;
}

/** Streams that are to leave, one after the other. */
export class Departures {
  readonly #options: DeparturesOptions;
  readonly #waiting = new Map<StreamId, Departure>();

  constructor(options: DeparturesOptions) {
    this.#options = options;
  }

  add(departure: Departure): void {
    const { stream } = departure;
    const isAsked = this.#waiting.has(stream);
    this.#waiting.set(stream, departure);
    if (!isAsked) this.#options.wait({ stream, mayCome: () => this.#letGo(stream) });
  }

  /**
   * One that is coming leaves once it is here, as half a tail would be taken for the whole; and where its state has no room yet, it waits.
   * @returns whether it comes back
   */
  #letGo(stream: StreamId): boolean {
    const departure = this.#waiting.get(stream);
    this.#waiting.delete(stream);
    if (departure?.isDue() !== true) return false;
    const mayLeave = this.#options.mayLeave(stream);
    if (mayLeave) this.#options.pass(toRouted(departure));
    else this.add(departure);
    return mayLeave && departure.why === 'renewed';
  }
}
