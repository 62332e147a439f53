import type { Answer, FromThread, Request } from './messages.ts';

type Reply = Extract<FromThread, { readonly ticket: number }>;

interface Open {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** Requests to one thread, each in its place among the rows. */
export class Requests {
  readonly #open = new Map<number, Open>();
  readonly #unsent: { readonly request: Request; readonly after: number }[] = [];
  #tickets = 0;

  /** @param after how many rows have to leave the queue before it */
  ask(after: number, make: (ticket: number) => Request): Promise<Answer> {
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

  settle(reply: Reply): void {
    const open = this.#open.get(reply.ticket);
    this.#open.delete(reply.ticket);
    if (reply.kind === 'done') open?.resolve(reply.answer);
    else open?.reject(reply.error);
  }

  /** The thread is gone: nothing will be answered any more. */
  rejectAll(error: unknown): void {
    for (const open of this.#open.values()) open.reject(error);
    this.#open.clear();
    this.#unsent.length = 0;
  }
}
