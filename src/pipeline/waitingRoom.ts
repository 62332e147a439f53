import type { DropReason } from '../domain/dropReason.ts';
import type { Report } from '../domain/events.ts';
import type { Overflow } from '../domain/overflow.ts';
import type { EpochMs } from '../domain/time.ts';
import { type Arrival, bytesOf } from './arrival.ts';
import type { WaitingGauge, WaitingMessages } from './gauge.ts';
import { Queue } from './queue.ts';

export interface WaitingRoomOptions {
  /** Messages with samples that may wait. */
  readonly maxLength: number;
  /** Bytes that they may take: one is let in below that, however large it is. */
  readonly maxBytes: number;
  /** Shows what waits. */
  readonly gauge?: WaitingGauge | undefined;
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
 * Messages that wait for the learners, in order, and what becomes of them when they are too many. One that is owed an
 * acknowledgement keeps its place even where its samples are left out: acknowledgements go in the order of receipt.
 */
export class WaitingRoom implements WaitingMessages {
  readonly #options: WaitingRoomOptions;
  /** Bounded by what `#length` and the broker's window are; the first is never an empty one. */
  #places = new Queue<Place>();
  /** Those that may be left out, in order. */
  #optional = new Queue<Place>();
  /** Places of which nothing is left. */
  #empty = 0;
  /** Of each topic the newest message that may be left out. */
  readonly #newest = new Map<string, Place>();
  #length = 0;
  #bytes = 0;
  #owedBytes = 0;
  /** Whether a newer message takes the place of the one before even while there is room. */
  coalesces = false;

  constructor(options: WaitingRoomOptions) {
    this.#options = options;
    if (options.gauge !== undefined) options.gauge.room = this;
  }

  /** Messages with samples that wait. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of all that waits, about. */
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

  /** Whether something has to be left out for it, or itself. */
  isFullFor(arrival: Arrival): boolean {
    return this.#isOptional(arrival) && this.#isFull;
  }

  get #isFull(): boolean {
    return this.fill >= 1;
  }

  #isOptional({ message }: Arrival): boolean {
    return this.#options.overflow !== 'block' || message.delivery === undefined;
  }

  add(arrival: Arrival): void {
    const { overflow } = this.#options;
    const isOptional = this.#isOptional(arrival);
    const mayCoalesce = isOptional && overflow === 'coalesce';
    if (mayCoalesce && (this.coalesces || this.#isFull)) this.#leaveOutOlder(arrival.message.topic);
    if (isOptional && this.#isFull) {
      if (overflow === 'drop_newest') {
        this.#append(this.#emptied(arrival, 'queue-full'));
        return;
      }
      this.#makeRoom();
    }
    const place = this.#append(arrival);
    if (place === undefined || !isOptional) return;
    this.#optional.push(place);
    if (overflow === 'coalesce') this.#newest.set(arrival.message.topic, place);
  }

  /** Where nothing but owed ones fill it, one that is not owed finds its place all the same, until the next one comes. */
  #makeRoom(): void {
    while (this.#isFull) {
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
    if (arrival.samples.length > 0) this.#length--;
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
    if (arrival.samples.length > 0) this.#length++;
    return place;
  }

  #leaveOutOlder(topic: string): void {
    const older = this.#newest.get(topic);
    if (older !== undefined) this.#leaveOut(older, 'coalesced');
  }

  #oldestOptional(): Place | undefined {
    for (;;) {
      const place = this.#optional.shift();
      if (place === undefined || (place.arrival?.samples.length ?? 0) > 0) return place;
    }
  }

  #leaveOut(place: Place | undefined, reason: DropReason): void {
    const arrival = place?.arrival;
    if (place === undefined || arrival === undefined || arrival.samples.length === 0) return;
    this.#length--;
    this.#forget(place);
    this.#fillWith(place, this.#emptied(arrival, reason));
    if (place.arrival !== undefined) return;
    this.#empty++;
    this.#tidy();
  }

  /** While nothing is let in, nothing takes the empty places out. */
  #tidy(): void {
    for (; this.#places.length > 0 && this.#places.peek()?.arrival === undefined; this.#empty--) this.#places.shift();
    if (this.#empty < MOST_EMPTY || 2 * this.#empty < this.#places.length) return;
    this.#places = without(this.#places, ({ arrival }) => arrival === undefined);
    this.#optional = without(this.#optional, ({ arrival }) => (arrival?.samples.length ?? 0) === 0);
    this.#empty = 0;
  }

  /** What is left of a message without its samples; undefined: nothing. */
  #emptied({ message, samples }: Arrival, reason: DropReason): Arrival | undefined {
    for (const { stream } of samples) this.#options.report({ type: 'InputDropped', reason, topic: stream });
    return message.delivery === undefined ? undefined : { message, samples: [] };
  }

  #fillWith(place: Place, arrival: Arrival | undefined): void {
    const bytes = arrival === undefined ? 0 : bytesOf(arrival);
    this.#bytes += bytes - place.bytes;
    const isOwed = (arrival ?? place.arrival)?.message.delivery !== undefined;
    if (isOwed) this.#owedBytes += bytes - place.bytes;
    place.arrival = arrival;
    place.bytes = bytes;
  }

  #forget({ arrival }: Place): void {
    const topic = arrival?.message.topic;
    if (topic !== undefined && this.#newest.get(topic)?.arrival === arrival) this.#newest.delete(topic);
  }
}

function without(queue: Queue<Place>, isOver: (place: Place) => boolean): Queue<Place> {
  const kept = new Queue<Place>();
  for (let place = queue.shift(); place !== undefined; place = queue.shift()) if (!isOver(place)) kept.push(place);
  return kept;
}
