import { fromPlain, toPlain } from './plainNumber.ts';
import { UsualInterval } from './usualInterval.ts';

/** Readings that are older come late, or from a clock that is wrong. */
export const OLD_MS = 3_600_000;
/** Times of a backlog advance faster than its messages come. */
export const CATCHING_UP = 1.5;
/** Messages of a backlog come closer together than this, or than a quarter of the usual interval. */
const BURST_MS = 1000;
const FASTEST_BURST_MS = 50;
/** A clock that says the same time for longer is no coarse one, it stands still. */
export const COARSEST_MS = 60_000;
/** This number of messages in a row that go on as live ones do. A single pause is in every backlog. */
const ENOUGH_STEADY = 2;
const ENOUGH_SLOW = 3;

/** Pace at which the messages of one stream come, and at which the times that they tell go on beside that. */
export class MessagePace {
  readonly usual: UsualInterval = new UsualInterval();
  /** Time that the last message told, and time of its arrival; NaN before the first. */
  #told: number = Number.NaN;
  #arrival: number = Number.NaN;
  /** From the message before to the last one, ms: between what they told, and between their arrivals. */
  advance: number = Number.NaN;
  interval: number = Number.NaN;
  /** Told time minus arrival of the message before the last one. */
  offsetBefore: number = Number.NaN;
  /** Arrival of the last message, whether it told a time or not. */
  #lastArrival: number = Number.NaN;
  /** The last message that told a time came after the one before at the pace of live messages. */
  isLive = false;
  /** When the time that was told last was told first. */
  #since: number = Number.NaN;
  /** Pairs of messages in a row: with old times that go on as time does; and with times that stand still, or are old and go on slower. */
  #steady = 0;
  #slow = 0;

  /** @param isBacklog the message may have waited for us: when it came says nothing of its clock */
  note(told: number, arrival: number, isBacklog: boolean): void {
    this.offsetBefore = this.#told - this.#arrival;
    this.advance = told - this.#told;
    this.interval = arrival - this.#arrival;
    this.#told = told;
    this.#arrival = arrival;
    this.isLive = !isBacklog && this.isLiveAfter(arrival - this.#lastArrival);
    this.noteUntold(arrival);
    if (this.advance !== 0) this.#since = arrival;
    // A coarse clock says nothing here.
    if (this.advance === 0 && arrival - this.#since < COARSEST_MS) return;
    const isOld = told < arrival - OLD_MS;
    // A slow connection delays each message more than the one before: times that go on and are not old can be true.
    const mayBeSlow = isOld || this.advance <= 0;
    const isSlow = mayBeSlow && this.isLive && this.advance < this.interval / 2;
    const isSteady = this.isLive && !isSlow && this.advance < CATCHING_UP * this.interval;
    this.#steady = isOld && isSteady ? this.#steady + 1 : 0;
    this.#slow = isSlow || (isOld && isSteady) ? this.#slow + 1 : 0;
  }

  /** A message has come that tells no time. */
  noteUntold(arrival: number): void {
    this.#lastArrival = arrival;
  }

  isLiveAfter(interval: number): boolean {
    const usual = this.usual.value;
    return interval >= Math.max(FASTEST_BURST_MS, Number.isNaN(usual) ? BURST_MS : usual / 4);
  }

  /** The clock goes on as none of a backlog does: the messages are live, and their times are old or stand still. */
  get showsWrongClock(): boolean {
    return this.#steady >= ENOUGH_STEADY || this.#slow >= ENOUGH_SLOW;
  }

  save(): unknown {
    const { usual } = this;
    const numbers = [this.#told, this.#arrival, this.#lastArrival, this.#since, this.#steady, this.#slow].map(toPlain);
    return { numbers, usual: usual.save() };
  }

  load(saved: unknown): void {
    const { numbers, usual } = (saved ?? {}) as Record<string, unknown>;
    const [told, arrival, lastArrival, since, steady, slow] = Array.isArray(numbers)
      ? (numbers as readonly unknown[])
      : [];
    this.#told = fromPlain(told);
    this.#arrival = fromPlain(arrival);
    this.#lastArrival = fromPlain(lastArrival);
    this.#since = fromPlain(since);
    this.#steady = Number(steady ?? 0);
    this.#slow = Number(slow ?? 0);
    this.usual.load(usual);
  }
}
