import type { FromThread, Request } from './messages.ts';

type Answer = Extract<FromThread, { readonly ticket: number }>;

interface Open {
  resolve(bytes: Uint8Array | undefined): void;
  reject(error: unknown): void;
}

/** What is asked of one thread, each in its place among the rows. */
export class Requests {
  readonly #open = new Map<number, Open>();
  readonly #unsent: { readonly request: Request; readonly after: number }[] = [];
  #tickets = 0;

  /** @param after how many rows have to leave the queue before it */
  ask(after: number, make: (ticket: number) => Request): Promise<Uint8Array | undefined> {
    const ticket = this.#tickets++;
    this.#unsent.push({ request: make(ticket), after });
    return new Promise((resolve, reject) => {
      this.#open.set(ticket, { resolve, reject });
    });
  }

  /** Rows that may leave before the next request has to be sent; `left`: how many have. */
  rowsBeforeNext(left: number): number {
    const next = this.#unsent[0];
    return next === undefined ? Number.POSITIVE_INFINITY : Math.max(0, next.after - left);
  }

  takeNext(): Request | undefined {
    return this.#unsent.shift()?.request;
  }

  settle(answer: Answer): void {
    const open = this.#open.get(answer.ticket);
    this.#open.delete(answer.ticket);
    if (answer.kind === 'done') open?.resolve(answer.bytes);
    else open?.reject(answer.error);
  }

  /** The thread is gone: nothing will be answered any more. */
  rejectAll(error: unknown): void {
    for (const open of this.#open.values()) open.reject(error);
    this.#open.clear();
    this.#unsent.length = 0;
  }
}
