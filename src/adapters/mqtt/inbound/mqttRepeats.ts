import { TidegateError } from '../../../domain/errors.ts';
import type { Judgement, Receipt, ReceiptKey, RepeatDetector } from '../../../domain/receipt.ts';
import type { JournalPosition } from '../../../domain/stateStore.ts';
import type { Clock, EpochMs } from '../../../domain/time.ts';
import { type Delivery, fromKey, isDelivery } from './delivery.ts';
import { ReceiveWindowEstimate } from './receiveWindowEstimate.ts';
import { Redeliveries, type SettledNote } from './redeliveries.ts';

export interface MqttRepeatsOptions {
  readonly clock: Clock;
  /** Messages that a broker may have sent and not heard of, at most; after more a packet id means another message. */
  readonly mostUnacknowledged: number;
}

/** A resumed session sends at once what it has kept (MQTT-4.4.0-1). */
const KEPT_MS = 10_000;

/** One for all: there is one for each message. */
const NEW: Judgement = { kind: 'new', isOfNewSession: false };
const NEW_IN_NEW_SESSION: Judgement = { kind: 'new', isOfNewSession: true };

/** Recognises by packet id, content and DUP what a broker sends again, and estimates how many messages it sends before it waits. */
export class MqttRepeats implements RepeatDetector {
  readonly #redeliveries: Redeliveries;
  readonly #estimate = new ReceiveWindowEstimate();
  readonly #clock: Clock;
  /** Window of the connection that the last waiting message came over. */
  #window: number = Number.POSITIVE_INFINITY;

  constructor({ clock, mostUnacknowledged }: MqttRepeatsOptions) {
    this.#clock = clock;
    this.#redeliveries = new Redeliveries(mostUnacknowledged);
  }

  set onChange(hear: () => void) {
    this.#redeliveries.onSettled = hear;
  }

  get onChange(): () => void {
    return this.#redeliveries.onSettled;
  }

  /** The broker has begun a session; numbered as `Delivery.session` is. */
  enter(session: number): void {
    this.#redeliveries.enter(session);
  }

  judge(receipt: Receipt): Judgement {
    const delivery = deliveryOf(receipt);
    const isOfNewSession = delivery.session > this.#redeliveries.session;
    if (isOfNewSession) this.#redeliveries.enter(delivery.session);
    // A message of a session that was lost while the message waited in front of here cannot come again.
    if (delivery.session < this.#redeliveries.session) return { kind: 'stale' };
    const number = this.#redeliveries.recognise(delivery);
    if (number !== undefined) return { kind: 'repeat', number };
    return isOfNewSession ? NEW_IN_NEW_SESSION : NEW;
  }

  note(key: ReceiptKey, position: JournalPosition): number | undefined {
    const known = fromKey(key);
    return known && this.#redeliveries.note(known.packetId, known.checksum, position);
  }

  settle(number: number): void {
    this.#redeliveries.settle(number);
  }

  endSession(): void {
    this.#redeliveries.enter(0);
  }

  get neededFrom(): JournalPosition | undefined {
    return this.#redeliveries.neededFrom;
  }

  owe(receipt: Receipt, arrivedAt: EpochMs): void {
    this.#window = deliveryOf(receipt).window;
    this.#estimate.came(arrivedAt);
  }

  acked(): void {
    this.#estimate.acknowledged(this.#clock);
  }

  /** With the window half full the broker still sends while we commit. */
  isHeldUp(waiting: number): boolean {
    return waiting * 2 >= Math.min(this.#window, this.#estimate.window);
  }

  /** By what the broker was told. */
  isFull(receipt: Receipt, waiting: number): boolean {
    return waiting >= deliveryOf(receipt).window;
  }

  /** aedes, which never sets DUP, sends new messages among those that it has kept. */
  mayOvertake(receipt: Receipt): boolean {
    const { isResumed, age } = deliveryOf(receipt);
    return isResumed && age < KEPT_MS && !this.#redeliveries.everSetDup;
  }

  save(): SettledNote {
    return this.#redeliveries.settled;
  }

  load(saved: unknown): void {
    const note = (typeof saved === 'object' && saved !== null ? saved : {}) as Record<string, unknown>;
    const { settled, setsDup, everSetDup = setsDup } = note;
    if (typeof settled !== 'number' || typeof setsDup !== 'boolean') return;
    this.#redeliveries.resume({ settled, setsDup, everSetDup: everSetDup === true });
  }
}

function deliveryOf(receipt: Receipt): Delivery {
  if (!isDelivery(receipt)) throw new TidegateError('TG_INTERNAL', 'a receipt of another source than the MQTT broker');
  return receipt;
}
