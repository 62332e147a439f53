import type { StreamId } from '../../src/domain/streamId.ts';
import { type Clock, toEpochMs } from '../../src/domain/time.ts';
import { Life } from './life.ts';
import { SimBroker } from './simBroker.ts';
import { fold, Histories } from './simLearner.ts';
import { Medium } from './simStore.ts';
import { World } from './world.ts';

const HOUR_MS = 3_600_000;
const TOPICS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
/** Their readings are all the same: only the packet id tells one message from the next. */
const CONSTANT = new Set(['f', 'g']);
const FIRST_DAY = 1_700_000_000_000;

export interface Outcome {
  /** What should not have been; empty: all is well. */
  readonly faults: readonly string[];
  /** Equal for equal histories. */
  readonly trace: number;
  readonly published: number;
  readonly kills: number;
  readonly rotten: number;
  readonly redelivered: number;
  readonly recalled: number;
  readonly thinned: number;
}

/**
 * An hour in the life of a daemon that is killed, disconnected, refused by its disk, and flooded, with QoS 1 and a journal. The oracle:
 * at the end each stream has learned every message once, in order; and on the way every replay passed only through states that
 * the stream has had before.
 */
export async function simulate(seed: number): Promise<Outcome> {
  const simulation = new Simulation(seed);
  return simulation.run();
}

class Simulation {
  readonly #world: World;
  readonly #clock: Clock;
  readonly #medium = new Medium();
  readonly #broker: SimBroker;
  readonly #histories = new Histories();
  readonly #faults: string[] = [];
  readonly #sent = new Map<string, number>();
  readonly #maxStreams: number;
  readonly #msPerStep: number;
  #life: Life | undefined;
  #leap = 0;
  #ticks = 0;
  #kills = 0;
  #rotten = 0;
  #recalled = 0;
  #thinned = 0;
  #isOver = false;

  constructor(seed: number) {
    this.#world = new World(seed);
    // Never the same moment twice: two readings of one moment would be a duplicate.
    const now = (): number => FIRST_DAY + this.#world.now + this.#leap + ++this.#ticks / 4096;
    this.#clock = { now: () => toEpochMs(now()) };
    this.#broker = new SimBroker(this.#world, now);
    this.#maxStreams = this.#world.pick([3, 5, TOPICS.length]);
    this.#msPerStep = this.#world.pick([1, 20, 150]);
  }

  async run(): Promise<Outcome> {
    this.#begin();
    this.#publishOn();
    this.#troubleOn();
    await this.#world.runUntil(HOUR_MS);
    this.#isOver = true;
    this.#medium.fault = undefined;
    // Long enough for every retry and for all that waits.
    await this.#world.runUntil(1.5 * HOUR_MS);
    await this.#judge();
    return {
      faults: [...this.#faults, ...this.#broker.faults],
      trace: this.#world.trace,
      published: [...this.#broker.published.values()].reduce((sum, count) => sum + count, 0),
      kills: this.#kills,
      rotten: this.#rotten,
      redelivered: this.#broker.redelivered,
      recalled: this.#recalled + (this.#life?.recalled ?? 0),
      thinned: this.#thinned + (this.#life?.thinned ?? 0),
    };
  }

  #begin(): void {
    const life = new Life({
      world: this.#world,
      clock: this.#clock,
      medium: this.#medium,
      broker: this.#broker,
      histories: this.#histories,
      durability: 'journal',
      fail: (fault) => {
        if (this.#faults.length < 20) this.#faults.push(`${Math.round(this.#world.now)}: ${fault}`);
      },
      maxStreams: this.#maxStreams,
      msPerStep: this.#msPerStep,
    });
    this.#life = life;
    life.start().then(
      () => this.#connect(life, true),
      (error: unknown) => this.#faults.push(`start: ${String(error)}`),
    );
  }

  #connect(life: Life, isNewProcess: boolean): void {
    if (this.#life === life) this.#broker.connect({ receive: (message) => life.receive(message) }, isNewProcess);
  }

  #publishOn(): void {
    if (this.#isOver) return;
    const topic = this.#world.pick(TOPICS);
    const burst = this.#world.chance(0.002) ? 1 + this.#world.integer(300) : 1;
    for (let i = 0; i < burst; i++) this.#publish(topic);
    this.#world.schedule(this.#world.integer(4000), () => this.#publishOn());
  }

  #publish(topic: string): void {
    const count = (this.#sent.get(topic) ?? 0) + 1;
    this.#sent.set(topic, count);
    this.#broker.publish(topic, String(CONSTANT.has(topic) ? 1 : count));
  }

  #troubleOn(): void {
    if (this.#isOver) return;
    const { integer, pick } = {
      integer: (n: number) => this.#world.integer(n),
      pick: this.#world.pick.bind(this.#world),
    };
    pick([
      () => this.#crash(),
      () => this.#crash(),
      () => this.#cut(),
      () => this.#fillDisk(),
      () => this.#jump(),
      () => this.#rot(),
    ])();
    this.#world.schedule(integer(240_000), () => this.#troubleOn());
  }

  #crash(): void {
    const life = this.#life;
    if (life === undefined) return;
    this.#kills++;
    this.#recalled += life.recalled;
    this.#thinned += life.thinned;
    this.#broker.disconnect();
    life.kill();
    this.#histories.forgetAfter(this.#broker.acknowledged);
    this.#life = undefined;
    this.#world.schedule(100 + this.#world.integer(20_000), () => this.#begin());
  }

  #cut(): void {
    const life = this.#life;
    if (life === undefined) return;
    this.#broker.disconnect();
    this.#world.schedule(this.#world.integer(10_000), () => this.#connect(life, false));
  }

  #fillDisk(): void {
    this.#medium.fault = this.#world.pick(['full', 'read-only', 'failed'] as const);
    this.#world.schedule(this.#world.integer(90_000), () => {
      this.#medium.fault = undefined;
    });
  }

  #jump(): void {
    this.#leap += this.#world.pick([1000, 3_600_000, 86_400_000]);
  }

  /**
   * A bit of a snapshot flips while nobody reads it. The generation before it is whole, and the journal still goes back to it: where
   * the journal is short of room that is not promised.
   */
  #rot(): void {
    const accounts = this.#life?.keeping?.keeper.accounts;
    const begin = this.#medium.batches[0]?.first ?? Number.POSITIVE_INFINITY;
    const streams = [...this.#medium.snapshots.values()].filter(([newest, older]) => {
      const account = newest && accounts?.get(newest.stream);
      const firstOld = account?.underWay === undefined ? account?.firstOld : undefined;
      return older !== undefined && !older.isDamaged && firstOld !== undefined && firstOld >= begin;
    });
    if (streams.length === 0) return;
    const [newest] = this.#world.pick(streams);
    if (newest === undefined) return;
    newest.isDamaged = true;
    this.#rotten++;
    // And the power goes at once, before the journal can be cut to what the rotten one needs.
    this.#crash();
  }

  /** Every stream is asked for once more, so that those that were away come back; then their sums have to be right. */
  async #judge(): Promise<void> {
    if (!this.#broker.isIdle) this.#faults.push('not everything was acknowledged');
    for (const topic of TOPICS) {
      if (!this.#sent.has(topic)) continue;
      this.#publish(topic);
      await this.#world.runUntil(this.#world.now + 120_000);
      const learner = this.#life?.learners.get(topic as StreamId);
      const expected = this.#expected(topic);
      if (learner?.ofValues !== expected) this.#faults.push(`${topic} learned ${learner?.ofValues}, not ${expected}`);
    }
  }

  #expected(topic: string): string {
    const count = this.#sent.get(topic) ?? 0;
    let hash = 0;
    for (let i = 1; i <= count; i++) hash = fold(hash, CONSTANT.has(topic) ? 1 : i);
    return `${count} ${hash}`;
  }
}
