import { Observable, type OperatorFunction, Subscriber } from 'rxjs';

/** Handlers of one subscription of an operator. Its state lives in the closure that makes it. */
export interface OperatorHandlers<In> {
  next(value: In): void;
  /** The source has ended; has to see to it that the output completes. Default: completes it. */
  complete?(): void;
  /** The output has ended, however it did: cancel timers, let go of what is held. */
  stop?(): void;
}

/**
 * An operator from its handlers. What a handler throws goes down the error channel, as everywhere in rxjs, instead of
 * being rethrown on a timer; and a synchronous source stops as soon as its subscriber has left.
 */
export function createOperator<In, Out>(
  connect: (output: Subscriber<Out>) => OperatorHandlers<In>,
): OperatorFunction<In, Out> {
  return (source) =>
    new Observable<Out>((output) => {
      const handlers = connect(output);
      if (handlers.stop !== undefined) output.add(() => handlers.stop?.());
      source.subscribe(new OperatorSubscriber(output, handlers));
    });
}

/**
 * The link that rxjs 7 gives its own operators only. Extending Subscriber, and not passing an observer, is what chains
 * the two lifetimes before the first value arrives. Part of 7.x only: hence the `~7.8` in package.json.
 */
class OperatorSubscriber<In> extends Subscriber<In> {
  readonly #handlers: OperatorHandlers<In>;

  constructor(output: Subscriber<never>, handlers: OperatorHandlers<In>) {
    super(output);
    this.#handlers = handlers;
  }

  protected override _next(value: In): void {
    try {
      this.#handlers.next(value);
    } catch (error) {
      this.destination.error(error);
    }
  }

  protected override _complete(): void {
    if (this.#handlers.complete === undefined) {
      super._complete();
      return;
    }
    try {
      this.#handlers.complete();
    } catch (error) {
      this.destination.error(error);
    } finally {
      this.unsubscribe();
    }
  }
}
