import type { JournalPosition } from '../../../domain/stateStore.ts';
import type { Delivery } from './delivery.ts';
import { Resumption, type ResumptionContext, type Unsettled } from './resumption.ts';
import { TakenMessages } from './takenMessages.ts';

/** They have two bytes. */
const PACKET_IDS = 65_536;
const MARKS = 64;
/** Messages whose contents are remembered at least: one that came once among them tells a message apart. */
const LEAST_HISTORY = 1024;
/** This number of the last is looked at; more where more are unsettled. */
const LEAST_TELLING = 200;

/** Note that outlives the process beside the journal. */
export interface SettledNote {
  /** Journal position of the last message whose acknowledgement the broker has seen. */
  readonly settled: JournalPosition;
  /** The broker has set DUP in this session on what it sends again. */
  readonly setsDup: boolean;
  /** It has in this session or in one before. */
  readonly everSetDup: boolean;
}

/**
 * Knows the messages again that the broker may send a second time because our acknowledgement has not reached it. A message is
 * unsettled from the moment it was taken in until the broker shows that it has seen the acknowledgement; only those can come again.
 * What the broker says of a repeat differs: `Resumption` has the rules.
 *
 * A broker that went back to an older state of its own (a crash between two of its saves) repeats settled ones too. They are known by packet id and DUP where their content is alone of its kind.
 */
export class Redeliveries implements ResumptionContext {
  /** Made anew, with room, when the first comes. */
  #taken = new TakenMessages(1);
  /** Number of each packet id's last message. */
  #numbers = new Float64Array(0);
  readonly #mostUnacknowledged: number;
  readonly #history: number;
  /**
   * Places in the journal at regular distances of messages, oldest first; from the first of them on it knows all that
   * may come again.
   */
  readonly #marks: { readonly number: number; readonly position: JournalPosition }[] = [];
  #resumption: Resumption | undefined;
  #swept: Resumption | undefined;
  /** Number of the first message that was taken in over the connection of `#resumption`. */
  #firstFresh = 0;
  #session = 0;
  #last: JournalPosition = 0;
  #setsDup = false;
  #everSetDup = false;
  /** Hears of each change of `settled`. */
  onSettled: () => void = () => undefined;

  /** @param mostUnacknowledged messages that the connection holds at once */
  constructor(mostUnacknowledged: number) {
    this.#mostUnacknowledged = mostUnacknowledged;
    this.#history = Math.max(LEAST_HISTORY, mostUnacknowledged);
  }

  /** A message was taken in, and has its place in the journal. @returns its number */
  note(packetId: number, checksum: number, position: JournalPosition): number {
    if (this.#numbers.length === 0) {
      this.#taken = new TakenMessages(this.#history);
      this.#numbers = new Float64Array(PACKET_IDS);
    }
    const number = this.#taken.add(packetId, checksum, position);
    this.#numbers[packetId] = number;
    this.#last = position;
    if (this.#taken.unsettled > this.#mostUnacknowledged) this.#taken.settle(this.#taken.oldestUnsettled ?? number);
    this.#mark(position);
    return number;
  }

  #mark(position: JournalPosition): void {
    const marks = this.#marks;
    const every = Math.ceil(this.#mostUnacknowledged / MARKS);
    const newest = marks.at(-1)?.number ?? Number.NEGATIVE_INFINITY;
    const { count } = this.#taken;
    if (count - newest >= every) marks.push({ number: count, position });
    const oldest = count - this.#mostUnacknowledged + 1;
    if (marks.length > 1 && (marks[1]?.number ?? oldest) <= oldest) marks.shift();
  }

  /** The journal from there on knows every message that may come again; undefined: none may. */
  get neededFrom(): JournalPosition | undefined {
    return this.#marks[0]?.position;
  }

  /**
   * A message has come; those of one connection in order, after all of the connection before.
   * @returns number of the message that it repeats; undefined: it was not taken in before
   */
  recognise(delivery: Delivery): number | undefined {
    if (delivery.isRedelivery && !this.#setsDup) {
      this.#setsDup = true;
      this.#everSetDup = true;
      this.onSettled();
    }
    const resumption = this.#resumptionOf(delivery);
    const known = resumption.match(delivery, this);
    if (resumption.isOver) this.#sweep(resumption);
    return known ?? this.#settledMatch(delivery);
  }

  /** Gives up the messages that a resumed session has not sent again before the first new one: it has them no more. */
  #sweep(resumption: Resumption): void {
    if (this.#swept === resumption) return;
    this.#swept = resumption;
    for (const { number } of resumption.unmatched()) this.#taken.settle(number);
    this.onSettled();
  }

  #resumptionOf(delivery: Delivery): Resumption {
    if (this.#resumption?.connection !== delivery.connection) {
      this.#resumption = new Resumption(delivery, this.#taken.listUnsettled());
      this.#firstFresh = this.#taken.count + 1;
    }
    return this.#resumption;
  }

  /**
   * Tells if the content of a message alone tells a repeat of it: none other had it since, nor shortly before. For a broker that is likely to
   * set DUP a few messages say too little: a sensor at rest sends the same twice.
   */
  isTelling({ number, checksum }: Unsettled): boolean {
    const { count, unsettled } = this.#taken;
    if (this.#everSetDup && count < LEAST_TELLING) return false;
    // With new messages among the repeats, more may have come since than are looked at otherwise.
    const since = count - number + 1;
    return this.#taken.timesOf(checksum, Math.max(LEAST_TELLING, 2 * unsettled, since)) === 1;
  }

  #settledMatch({ packetId, isRedelivery, checksum }: Delivery): number | undefined {
    const number = this.#numbers[packetId] ?? 0;
    const most = this.#mostUnacknowledged;
    if (!isRedelivery || number === 0 || this.#taken.count - number >= most) return undefined;
    if (this.#taken.checksumOf(number) !== checksum) return undefined;
    return this.#taken.timesOf(checksum, this.#history) === 1 ? number : undefined;
  }

  /**
   * The broker has seen the acknowledgement of this message. It sends what a session has left before it waits for acknowledgements: with
   * the first new message that is settled, all has come that comes again over this connection, but from a broker that sends new ones in between.
   */
  settle(number: number): void {
    if (!this.#taken.settle(number)) return;
    if (number >= this.#firstFresh && this.#resumption?.isInOrder) this.#sweep(this.#resumption);
    this.onSettled();
  }

  get everSetDup(): boolean {
    return this.#everSetDup;
  }

  get setsDup(): boolean {
    return this.#setsDup;
  }

  /** Note that the next process needs beside the journal. */
  get settled(): SettledNote {
    const oldest = this.#taken.oldestUnsettled;
    const settled = oldest === undefined ? this.#last : this.#taken.positionOf(oldest) - 1;
    return { settled, setsDup: this.#setsDup, everSetDup: this.#everSetDup };
  }

  /** Takes over what the process before has left beside the journal. */
  resume({ settled, setsDup, everSetDup }: SettledNote): void {
    this.#setsDup = setsDup;
    this.#everSetDup = everSetDup;
    for (const { number } of this.#taken.listUnsettled()) {
      if (this.#taken.positionOf(number) > settled) return;
      this.#taken.settle(number);
    }
  }

  /** Number of the broker's session, counted as `Delivery.session` is. */
  get session(): number {
    return this.#session;
  }

  /** The broker has begun a session: packet ids of before mean nothing in it, and nothing of before comes again. */
  enter(session: number): void {
    this.#session = session;
    this.#marks.length = 0;
    this.#numbers.fill(0);
    this.#taken.settleAll();
    this.#resumption = undefined;
    this.#setsDup = false;
    this.onSettled();
  }
}
