import { type Delay, toDurationMs } from '../../../../domain/time.ts';

/** `live`: by events. `polling`: by asking, where events do not come through. `lost`: no answer; the next try is at `retryAt`. */
export type LinkState =
  | { readonly kind: 'connecting' | 'live' | 'polling' }
  | { readonly kind: 'lost'; readonly since: number; readonly retryAt: number };

/** The part of `EventSource` that the link uses. */
export interface Events {
  close(): void;
}

export interface LinkParts {
  /** Opens the stream of events; `onHello` once its first frame is there, `onError` where it breaks. */
  readonly open: (onHello: () => void, onError: () => void) => Events;
  /** Asks for everything once. Rejects where no answer comes. */
  readonly poll: () => Promise<void>;
  /** Called after each change of the state. */
  readonly onState: () => void;
  readonly delay: Delay;
  /** Epoch ms. */
  readonly now: () => number;
}

/** A proxy that buffers events lets nothing through for longer than this. */
const HELLO_MS = toDurationMs(10_000);
const POLL_MS = toDurationMs(5000);
const FIRST_RETRY_MS = 1000;
const MOST_RETRY_MS = 30_000;
/** Events are tried again in this time while polling works. */
const EVENTS_AGAIN_MS = toDurationMs(60_000);

/** Holds on to the daemon: by server-sent events, by polling where those do not come, and with a growing wait where nothing does. */
export class Link {
  readonly #parts: LinkParts;
  #events: Events | undefined;
  #cancels: (() => void)[] = [];
  #failures = 0;
  #lastContact: number;
  #run = 0;
  state: LinkState = { kind: 'connecting' };

  constructor(parts: LinkParts) {
    this.#parts = parts;
    this.#lastContact = parts.now();
  }

  /** Opens the events, anew where they are open: what they bring may have changed. */
  start(): void {
    this.stop();
    const run = this.#run;
    const isOver = (): boolean => run !== this.#run;
    let isGreeted = false;
    const giveUp = (): void => {
      if (isOver()) return;
      this.stop();
      this.#after(EVENTS_AGAIN_MS, () => this.start());
      void this.#ask();
    };
    this.#events = this.#parts.open(() => {
      if (isOver()) return;
      isGreeted = true;
      this.#failures = 0;
      this.#contact({ kind: 'live' });
    }, giveUp);
    this.#after(HELLO_MS, () => {
      if (!isGreeted) giveUp();
    });
  }

  /** Closes everything; `start` opens it again. */
  stop(): void {
    this.#run += 1;
    this.#events?.close();
    this.#events = undefined;
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
  }

  /** Tries again now and not when it is due. */
  retry(): void {
    this.start();
  }

  async #ask(): Promise<void> {
    const run = this.#run;
    try {
      await this.#parts.poll();
    } catch {
      if (run === this.#run) this.#lose();
      return;
    }
    if (run !== this.#run) return;
    this.#failures = 0;
    this.#contact({ kind: 'polling' });
    this.#after(POLL_MS, () => void this.#ask());
  }

  #lose(): void {
    this.stop();
    const wait = Math.min(MOST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#set({ kind: 'lost', since: this.#lastContact, retryAt: this.#parts.now() + wait });
    this.#after(toDurationMs(wait), () => this.start());
  }

  #contact(state: LinkState): void {
    this.#lastContact = this.#parts.now();
    this.#set(state);
  }

  /** Tells that something came. */
  heard(): void {
    this.#lastContact = this.#parts.now();
  }

  #set(state: LinkState): void {
    this.state = state;
    this.#parts.onState();
  }

  #after(wait: ReturnType<typeof toDurationMs>, run: () => void): void {
    this.#cancels.push(this.#parts.delay(run, wait));
  }
}
