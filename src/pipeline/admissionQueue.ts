import type { DropReason } from '../domain/dropReason.ts';
import type { Report } from '../domain/events.ts';
import type { Overflow } from '../domain/overflow.ts';
import type { EpochMs } from '../domain/time.ts';
import { type Arrival, bytesOf, hasOptional, isOptional } from './arrival.ts';
import { messagesOf, withInputs } from './bundle.ts';
import { Queue } from './queue.ts';
import type { WaitingDepth, WaitingMessages } from './queueDepth.ts';

export interface AdmissionQueueOptions {
  /** Messages with inputs that may wait. */
  readonly maxLength: number;
  /** Bytes that they may take: one is let in below that, however large it is. */
  readonly maxBytes: number;
  /** Shows what waits. */
  readonly depth?: WaitingDepth | undefined;
  readonly overflow: Overflow;
  readonly report: Report;
}

/** Fewer are not worth a new queue. */
const MOST_EMPTY = 64;

/** A place in the queue. undefined: nothing of the message is left. */
interface Place {
  arrival: Arrival | undefined;
  bytes: number;
}

/**
 * Messages that wait for the learners, in order. Where they are too many, readings are left out, and labels that no acknowledgement is
 * owed for; settings and commands never are. A message that is owed an acknowledgement keeps its place even where nothing else is left of it: acknowledgements go
 * in the order of receipt.
 */
export class AdmissionQueue implements WaitingMessages {
  readonly #options: AdmissionQueueOptions;
  /** Bounded by what `#length` and the broker's window are; the first is never an empty one. */
  #places = new Queue<Place>();
  /** Those that may be left out, in order. */
  #optional = new Queue<Place>();
  /** Places of which nothing is left. */
  #empty = 0;
  /** The newest message of each topic that may be left out. */
  readonly #newest = new Map<string, Place>();
  #length = 0;
  #bytes = 0;
  #owedBytes = 0;
  /** A newer message takes the place of the one before even while there is room. */
  coalesces = false;

  constructor(options: AdmissionQueueOptions) {
    this.#options = options;
    if (options.depth !== undefined) options.depth.room = this;
  }

  /** Messages with inputs that wait. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of all that waits, nearly. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of those that an acknowledgement is owed. */
  get owedBytes(): number {
    return this.#owedBytes;
  }

  /** Share of the room that is taken: of messages or of bytes, whichever is more. */
  get fill(): number {
    const { maxLength, maxBytes } = this.#options;
    return Math.max(this.#length / maxLength, this.#bytes / maxBytes);
  }

  get isEmpty(): boolean {
    return this.#places.length === 0;
  }

  /** When the one that waits longest came; undefined: none waits. */
  get oldest(): EpochMs | undefined {
    return this.#places.peek()?.arrival?.message.receivedAt;
  }

  /** @returns whether something has to be left out for it, or itself */
  isFullFor(arrival: Arrival): boolean {
    return this.#isOptional(arrival) && this.#isFull();
  }

  #isFull(): boolean {
    return this.fill >= 1;
  }

  #isOptional(arrival: Arrival): boolean {
    const isHeldBack = this.#options.overflow === 'block' && arrival.message.receipt !== undefined;
    return !isHeldBack && (arrival.inputs.length === 0 || hasOptional(arrival));
  }

  add(arrival: Arrival): void {
    const { overflow } = this.#options;
    const isOptional = this.#isOptional(arrival);
    const mayCoalesce = isOptional && overflow === 'coalesce' && arrival.bundle === undefined;
    if (mayCoalesce && (this.coalesces || this.#isFull())) this.#leaveOutOlder(arrival.message.topic);
    if (isOptional && this.#isFull()) {
      if (overflow === 'drop_newest') {
        this.#append(this.#emptied(arrival, 'queue-full'));
        return;
      }
      this.#makeRoom();
    }
    const place = this.#append(arrival);
    if (place === undefined || !isOptional) return;
    this.#optional.push(place);
    if (mayCoalesce) this.#newest.set(arrival.message.topic, place);
  }

  /** Where nothing but owed ones fill it, one that is not owed finds its place all the same, until the next one comes. */
  #makeRoom(): void {
    while (this.#isFull()) {
      const oldest = this.#oldestOptional();
      if (oldest === undefined) return;
      this.#leaveOut(oldest, 'queue-full');
    }
  }

  /** The one that waits longest. */
  take(): Arrival | undefined {
    const place = this.#places.shift();
    const arrival = place?.arrival;
    if (place === undefined || arrival === undefined) return undefined;
    if (arrival.inputs.length > 0) this.#length -= messagesOf(arrival);
    this.#forget(place);
    this.#fillWith(place, undefined);
    while (this.#optional.length > 0 && this.#optional.peek()?.arrival === undefined) this.#optional.shift();
    this.#tidy();
    return arrival;
  }

  #append(arrival: Arrival | undefined): Place | undefined {
    if (arrival === undefined) return undefined;
    const place: Place = { arrival: undefined, bytes: 0 };
    this.#fillWith(place, arrival);
    this.#places.push(place);
    if (arrival.inputs.length > 0) this.#length += messagesOf(arrival);
    return place;
  }

  #leaveOutOlder(topic: string): void {
    const older = this.#newest.get(topic);
    if (older !== undefined) this.#leaveOut(older, 'coalesced');
  }

  #oldestOptional(): Place | undefined {
    for (;;) {
      const place = this.#optional.shift();
      if (place === undefined || mayShrink(place)) return place;
    }
  }

  #leaveOut(place: Place | undefined, reason: DropReason): void {
    const arrival = place?.arrival;
    if (place === undefined || arrival === undefined || !hasOptional(arrival)) return;
    const rest = this.#emptied(arrival, reason);
    if (rest === undefined || rest.inputs.length === 0) this.#length -= messagesOf(arrival);
    this.#forget(place);
    this.#fillWith(place, rest);
    if (rest !== undefined) return;
    this.#empty++;
    this.#tidy();
  }

  /** While nothing is let in, nothing takes the empty places out. */
  #tidy(): void {
    for (; this.#places.length > 0 && this.#places.peek()?.arrival === undefined; this.#empty--) this.#places.shift();
    if (this.#empty < MOST_EMPTY || 2 * this.#empty < this.#places.length) return;
    this.#places = without(this.#places, ({ arrival }) => arrival === undefined);
    this.#optional = without(this.#optional, (place) => !mayShrink(place));
    this.#empty = 0;
  }

  /** @returns the message without what may be left out; undefined: nothing of it is left */
  #emptied(arrival: Arrival, reason: DropReason): Arrival | undefined {
    const { message } = arrival;
    const rest = withInputs(arrival, (input) => {
      if (!isOptional(input, message)) return input;
      this.#options.report({ type: 'InputDropped', reason, topic: input.stream });
      return undefined;
    });
    return message.receipt === undefined && rest.inputs.length === 0 ? undefined : rest;
  }

  #fillWith(place: Place, arrival: Arrival | undefined): void {
    const bytes = arrival === undefined ? 0 : bytesOf(arrival);
    this.#bytes += bytes - place.bytes;
    const isOwed = (arrival ?? place.arrival)?.message.receipt !== undefined;
    if (isOwed) this.#owedBytes += bytes - place.bytes;
    place.arrival = arrival;
    place.bytes = bytes;
  }

  #forget({ arrival }: Place): void {
    const topic = arrival?.message.topic;
    if (topic !== undefined && this.#newest.get(topic)?.arrival === arrival) this.#newest.delete(topic);
  }
}

function mayShrink({ arrival }: Place): boolean {
  return arrival !== undefined && hasOptional(arrival);
}

function without(queue: Queue<Place>, isOver: (place: Place) => boolean): Queue<Place> {
  const kept = new Queue<Place>();
  for (let place = queue.shift(); place !== undefined; place = queue.shift()) if (!isOver(place)) kept.push(place);
  return kept;
}
