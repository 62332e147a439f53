import { type Observable, Subscription } from 'rxjs';
import type { Report } from '../domain/events.ts';
import type { Heard } from '../domain/listen.ts';
import type { Outlet, OutletContext } from './outlet.ts';

/** The part of the context that all outlets have in common. */
export type SharedContext = Omit<OutletContext, 'follow' | 'report'>;

/** One outlet from its start to its stop. Errors of the outlet are reported and stay here. Starts and stops once, however often it is told to. */
export class OutletRun {
  readonly #outlet: Outlet;
  readonly #report: Report;
  readonly #running = new Subscription();
  #isStarted = false;
  /** The report of an error is an event too: the outlet that failed does not hear of it, or it would fail on it again. */
  #isFailing = false;
  #stopping: Promise<void> | undefined;

  constructor(outlet: Outlet, report: Report) {
    this.#outlet = outlet;
    this.#report = report;
  }

  start(shared: SharedContext): void {
    if (this.#isStarted || this.#stopping !== undefined) return;
    this.#isStarted = true;
    this.#guard(() => this.#outlet.start(this.#contextFrom(shared)));
  }

  /** An outlet that fails to say so may. */
  mayRetain(topic: string): boolean {
    return this.#guard(() => this.#outlet.mayRetain?.(topic) ?? false) ?? true;
  }

  /** Resolves when the outlet has stopped; never rejects. */
  stop(): Promise<void> {
    this.#stopping ??= this.#isStarted ? this.#stop() : Promise.resolve();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const stopped = this.#guard(() => this.#outlet.stop());
    this.#running.unsubscribe();
    try {
      await stopped;
    } catch (error) {
      this.#fail(error);
    }
  }

  #contextFrom(shared: SharedContext): OutletContext {
    return {
      ...shared,
      report: this.#report,
      publish: (message) => {
        if (this.#running.closed) return false;
        if (message.retain && message.payload.length > 0) shared.retained.hold(message.topic);
        return shared.publish(message);
      },
      publishTo: (topic, payload, retain, expire) => {
        if (this.#running.closed) return false;
        if (retain) shared.retained.holdPrepared(topic);
        return shared.publishTo(topic, payload, retain, expire);
      },
      listen: (filter, handler) => {
        if (this.#running.closed) return () => undefined;
        const end = shared.listen(filter, (message: Heard) => void this.#guard(() => handler(message)));
        this.#running.add(end);
        return end;
      },
      serve: (part) => {
        if (this.#running.closed) return () => undefined;
        const end = shared.serve(part);
        this.#running.add(end);
        return end;
      },
      follow: (values$, handler) => this.#follow(values$, handler),
    };
  }

  #follow<Value>(values$: Observable<Value>, handler: (value: Value) => void): void {
    if (this.#running.closed) return;
    // Not through `#guard`: a function made for each value is what forecasts would pay for.
    const next = (value: Value): void => {
      if (this.#isFailing) return;
      try {
        handler(value);
      } catch (error) {
        this.#fail(error);
      }
    };
    this.#running.add(values$.subscribe({ next, error: (error: unknown) => this.#fail(error) }));
  }

  #guard<Result>(run: () => Result): Result | undefined {
    if (this.#isFailing) return undefined;
    try {
      return run();
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #fail(error: unknown): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    try {
      this.#report({ type: 'OutletFailed', outlet: this.#outlet.name, error });
    } finally {
      this.#isFailing = false;
    }
  }
}
