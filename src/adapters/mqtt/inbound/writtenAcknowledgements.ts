import type { OnSettled } from '../../../domain/receipt.ts';

/** A message whose acknowledgement goes out. */
export interface Acknowledged {
  readonly packetId: number;
  readonly qos: 1 | 2;
  readonly isRedelivery: boolean;
  readonly checksum: number;
  readonly number?: number | undefined;
  readonly onSettled: OnSettled | undefined;
}

const PACKET_IDS = 65_536;
const FIRST_ROOM = 64;
/** A broker that does not answer at all is given up by its silence; until then no more than this is remembered of it. */
const MOST = PACKET_IDS;

const IS_LATEST = 1;
const IS_REDELIVERY = 2;
const IS_QOS_2 = 4;

/**
 * Acknowledgements that were written and that the broker has not shown to have seen, oldest first, and the last message of each packet id
 * among them. At full load there are tens of thousands: in columns that are written round, as objects would outlive the nursery.
 */
export class WrittenAcknowledgements {
  #packetIds = new Uint16Array(FIRST_ROOM);
  #checksums = new Uint32Array(FIRST_ROOM);
  #flags = new Uint8Array(FIRST_ROOM);
  /** NaN: none. */
  #numbers = new Float64Array(FIRST_ROOM);
  #onSettled: (OnSettled | undefined)[] = new Array<OnSettled | undefined>(FIRST_ROOM).fill(undefined);
  /** Place of each packet id's last message, where one has the flag for it. */
  readonly #places = new Uint16Array(PACKET_IDS);
  /** Counted on and on; the place is what is left of it within the room. */
  #first = 0;
  #end = 0;

  /** Where the next one begins. */
  get end(): number {
    return this.#end;
  }

  /** @param isLatest false: its packet id stands for another message */
  add(message: Acknowledged, isLatest: boolean): void {
    if (this.#end - this.#first === this.#packetIds.length) this.#makeRoom();
    const { packetId, qos, isRedelivery, checksum, number = Number.NaN, onSettled } = message;
    const place = this.#end++ & (this.#packetIds.length - 1);
    this.#packetIds[place] = packetId;
    this.#checksums[place] = checksum;
    this.#flags[place] = (isLatest ? IS_LATEST : 0) | (isRedelivery ? IS_REDELIVERY : 0) | (qos === 2 ? IS_QOS_2 : 0);
    this.#numbers[place] = number;
    this.#onSettled[place] = onSettled;
    if (isLatest) this.#places[packetId] = place;
  }

  /** Another message has the packet id. */
  supersede(packetId: number): void {
    const place = this.#placeOf(packetId);
    if (place !== undefined) this.#flags[place] &= ~IS_LATEST;
  }

  /** QoS of the last message of this packet id, where that has this content and was marked as sent before; undefined: it is not so. */
  qosOfRepeated(packetId: number, checksum: number): 1 | 2 | undefined {
    const place = this.#placeOf(packetId);
    if (place === undefined || this.#checksums[place] !== checksum) return undefined;
    if ((this.#flags[place] & IS_REDELIVERY) === 0) return undefined;
    return (this.#flags[place] & IS_QOS_2) === 0 ? 1 : 2;
  }

  /** The broker has seen all before `end`. */
  settle(end: number): void {
    while (this.#first < end) {
      const place = this.#first++ & (this.#packetIds.length - 1);
      const number = this.#numbers[place];
      const onSettled = this.#onSettled[place];
      this.#flags[place] = 0;
      this.#onSettled[place] = undefined;
      onSettled?.(Number.isNaN(number) ? undefined : number);
    }
  }

  /** Forgets all: a message that is not settled by now may come again. */
  clear(): void {
    this.#flags.fill(0);
    this.#onSettled.fill(undefined);
    this.#first = this.#end;
  }

  #placeOf(packetId: number): number | undefined {
    const place = this.#places[packetId];
    if (place >= this.#packetIds.length || this.#packetIds[place] !== packetId) return undefined;
    return (this.#flags[place] & IS_LATEST) === 0 ? undefined : place;
  }

  #makeRoom(): void {
    const before = this.#packetIds.length;
    if (before === MOST) {
      this.#flags[this.#first++ & (before - 1)] = 0;
      return;
    }
    this.#packetIds = widened(this.#packetIds, new Uint16Array(2 * before), this.#first);
    this.#checksums = widened(this.#checksums, new Uint32Array(2 * before), this.#first);
    this.#flags = widened(this.#flags, new Uint8Array(2 * before), this.#first);
    this.#numbers = widened(this.#numbers, new Float64Array(2 * before), this.#first);
    const onSettled = new Array<OnSettled | undefined>(2 * before).fill(undefined);
    this.#onSettled = widened(this.#onSettled, onSettled, this.#first);
    for (let place = 0; place < 2 * before; place++)
      if ((this.#flags[place] & IS_LATEST) !== 0) this.#places[this.#packetIds[place]] = place;
  }
}

interface Column {
  readonly length: number;
  [place: number]: unknown;
}

/** All of a full column, each at its place in a longer one. */
function widened<C extends Column>(column: C, into: C, first: number): C {
  for (let i = first; i < first + column.length; i++) into[i & (into.length - 1)] = column[i & (column.length - 1)];
  return into;
}
