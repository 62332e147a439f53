import type { Delivery } from './delivery.ts';

/** A message that was taken in and that the broker may send again. */
export interface Unsettled {
  /** Among all messages, counted from 1. */
  readonly number: number;
  readonly packetId: number;
  readonly checksum: number;
}

/** Knowledge of the broker and of the messages before. */
export interface ResumptionContext {
  /** The broker has set DUP before: a message without it is a new one. */
  readonly setsDup: boolean;
  /** No other message of late had the content of this one. */
  isTelling(message: Unsettled): boolean;
}

/** More than a broker leaves unacknowledged: beyond this, content alone does not tell a repeat from an equal reading. */
const MOST_BY_CONTENT = 2000;
/** A resumed session sends at once what it has to send again (MQTT-4.4.0-1). */
const HEAD_MS = 10_000;
/** They begin at 1. */
const PACKET_IDS = 65_535;

/**
 * One connection to a session that may send messages again: each message that comes is matched against those that were taken in
 * before and whose acknowledgement the broker may not have seen. Brokers differ in what they say of a repeat:
 *
 * - mosquitto, HiveMQ: the packet id of before, and DUP.
 * - mochi: the same, in any order, and DUP on messages that it never sent before.
 * - aedes: the packet id of before, no DUP; new messages come among the repeats.
 * - RabbitMQ: DUP; packet ids begin at 1 on each connection.
 * - Artemis: neither; packet ids go on.
 *
 * Each known message is matched once. Brokers acknowledge in order, so what comes again is the end of what is known, in order
 * (MQTT-4.6.0-1), and stands before everything new, but where the broker sets no DUP: behind something new only id and content together tell.
 */
export class Resumption {
  readonly connection: number;
  /** Oldest first. */
  readonly #known: readonly Unsettled[];
  /** Checksum → places in `#known` that are not matched yet, ascending. */
  readonly #places = new Map<number, number[]>();
  /** Ids of before may mean nothing on this connection. */
  readonly #mayNumberAnew: boolean;
  #isOver = false;
  /** The broker has repeated under an id of before, and without DUP. */
  #keepsIds = false;
  /** It may be one that does, and sends new messages ahead of all that it repeats. */
  #mayKeepIds = false;
  /** Id that the next new message has, once a new one has come among the repeats. */
  #newId: number | undefined;
  /** The place behind the last match. */
  #next: number | undefined;

  constructor({ connection, firstPacketId }: Delivery, known: readonly Unsettled[]) {
    this.connection = connection;
    this.#known = known;
    this.#mayNumberAnew = firstPacketId === 1;
    for (const [place, { checksum }] of known.entries()) {
      const places = this.#places.get(checksum);
      if (places === undefined) this.#places.set(checksum, [place]);
      else places.push(place);
    }
  }

  /** @returns number of the message that this one repeats; undefined: it is a new one */
  match(delivery: Delivery, context: ResumptionContext): number | undefined {
    const { isRedelivery, age, checksum } = delivery;
    const places = this.#places.get(checksum);
    const tellsNothing = !context.setsDup && age < HEAD_MS;
    // What may have been sent before (DUP) can be one that was never taken in, with others behind it that were.
    const mayCome = isRedelivery || (places !== undefined && tellsNothing);
    if (this.#isOver || !mayCome) {
      this.#mayKeepIds = tellsNothing && !this.#mayNumberAnew;
      this.#isOver ||= !this.#mayKeepIds;
      this.#passNew(delivery);
      return undefined;
    }
    const place = places && this.#placeOf(delivery, places, context);
    if (places === undefined || place === undefined) {
      if (this.#newId !== undefined) this.#passNew(delivery);
      return undefined;
    }
    this.#take(place, places, checksum);
    return this.#known[place]?.number;
  }

  #passNew({ packetId }: Delivery): void {
    this.#newId = (packetId % PACKET_IDS) + 1;
  }

  /** Something new has come: what was not matched by then does not come again. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The broker sends everything that it repeats before the first new message, as far as is known. */
  get isInOrder(): boolean {
    return !this.#mayKeepIds;
  }

  /** Those that were not matched. */
  unmatched(): readonly Unsettled[] {
    return [...this.#places.values()].flatMap((places) => places.map((place) => this.#known[place] as Unsettled));
  }

  #placeOf(delivery: Delivery, places: readonly number[], context: ResumptionContext): number | undefined {
    const { packetId, isRedelivery } = delivery;
    const exact = places.find((place) => this.#known[place]?.packetId === packetId);
    const isAmongNew = this.#newId !== undefined || this.#keepsIds;
    if (isAmongNew && !isRedelivery) return this.#amongNew(delivery, exact, context);
    if (exact !== undefined) {
      if (!isRedelivery && !this.#mayNumberAnew) {
        this.#keepsIds = true;
        this.#mayKeepIds = true;
      }
      return exact;
    }
    const first = Math.max(0, this.#known.length - MOST_BY_CONTENT);
    const near = places.filter((place) => place >= first);
    if (isRedelivery)
      return this.#mayNumberAnew ? (near.find((place) => place >= (this.#next ?? 0)) ?? near[0]) : undefined;
    return this.#byOrder(near, context);
  }

  /** Among new messages only the id tells: where it is theirs too, and others have the same content, twice is better than not at all. */
  #amongNew({ packetId }: Delivery, exact: number | undefined, context: ResumptionContext): number | undefined {
    const known = exact === undefined ? undefined : this.#known[exact];
    return known !== undefined && packetId === this.#newId && !context.isTelling(known) ? undefined : exact;
  }

  /** Neither id nor DUP: a content that is alone of its kind, and from there on one after the other. */
  #byOrder(places: readonly number[], context: ResumptionContext): number | undefined {
    if (this.#next !== undefined) {
      const next = places.find((place) => place === this.#next);
      if (next === undefined) this.#isOver = true;
      return next;
    }
    const [place] = places;
    const known = place === undefined ? undefined : this.#known[place];
    return known !== undefined && context.isTelling(known) ? place : undefined;
  }

  #take(place: number, places: number[], checksum: number): void {
    places.splice(places.indexOf(place), 1);
    if (places.length === 0) this.#places.delete(checksum);
    this.#next = place + 1;
  }
}
