import type { JournalPosition, NewSnapshot } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Return } from '../domain/streamInput.ts';
import { Adoptions } from './adoptions.ts';
import { Returns, type ReturnsOptions } from './returns.ts';
import { Rewinds, type RewindsOptions } from './rewinds.ts';
import type { RestoreResult } from './stateRestorer.ts';

export interface StateOrdersOptions extends ReturnsOptions, Omit<RewindsOptions, 'returns'> {
  readonly save: (snapshot: NewSnapshot) => Promise<void>;
}

/** Orders for which a stream leaves, and comes back with another state. */
export class StateOrders {
  readonly rewinds: Rewinds;
  readonly adoptions: Adoptions;
  readonly #returns: Returns;

  constructor(options: StateOrdersOptions) {
    this.#returns = new Returns(options);
    this.rewinds = new Rewinds({ ...options, returns: this.#returns });
    this.adoptions = new Adoptions({ ...options, returns: this.#returns });
  }

  /** Brings a stream back as `ReturnPort` has it. */
  comeBack(order: Return, first: JournalPosition, hasLeft: Promise<void>): Promise<RestoreResult> | undefined {
    const way = { first, hasLeft };
    return order.command === 'omit' ? this.rewinds.comeBack(order, way) : this.adoptions.comeBack(order, way);
  }

  /** Waits until the entry is on the medium. @returns false where that refuses everything */
  isDurable(position: JournalPosition): Promise<boolean> {
    return this.#returns.isDurable(position);
  }

  /** The stream that has to leave for the order; undefined: none has. */
  sourceOf(order: Return): StreamId | undefined {
    return order.command === 'adopt' ? this.adoptions.sourceOf(order) : undefined;
  }

  /** The order comes to nothing. */
  giveUp(order: Return): void {
    if (order.command === 'omit') this.rewinds.giveUp(order);
    else this.adoptions.giveUp(order);
  }

  /** A stream that has left is here again. */
  hasCome(stream: StreamId): void {
    this.#returns.hasCome(stream);
  }
}
