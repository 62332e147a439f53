import type { StreamId } from '../../src/domain/streamId.ts';
import { type Clock, toEpochMs } from '../../src/domain/time.ts';
import { type Kind, kindOf, type Trouble } from './kinds.ts';
import { FIRST_ORDER, Ledger } from './ledger.ts';
import { Life, limitsOf } from './life.ts';
import { RetainedStore } from './retaining.ts';
import { Sensors } from './sensors.ts';
import { SimBroker } from './simBroker.ts';
import { Medium } from './simStore.ts';
import type { Stage } from './stage.ts';
import { everyStream, type SimStream } from './streams.ts';
import { Troubles } from './troubles.ts';
import { World } from './world.ts';

const HOUR_MS = 3_600_000;
const MOST_FAULTS = 20;

export interface Outcome {
  readonly kind: string;
  /** Violations; empty: all is well. */
  readonly faults: readonly string[];
  /** Equal for equal histories. */
  readonly trace: number;
  readonly published: number;
  readonly kills: number;
  readonly stops: number;
  readonly rotten: number;
  readonly spoiled: number;
  readonly outages: number;
  readonly removed: number;
  readonly redelivered: number;
  readonly recalled: number;
  readonly thinned: number;
  /** Labels that were learned. */
  readonly taught: number;
  /** Labels that were ordered by requests, among them. */
  readonly obeyed: number;
  /** Readings that are not remembered, with an excuse or counted. */
  readonly missing: number;
}

/**
 * An hour in the life of a daemon that is killed, stopped, disconnected, refused by its disk, and flooded. The oracle is the
 * ledger: whenever a life ends, and at the end of all, each stream remembers what it has to, and nothing else.
 */
export async function simulate(seed: number): Promise<Outcome> {
  return new Simulation(seed).run();
}

class Simulation implements Stage {
  readonly world: World;
  readonly kind: Kind;
  readonly medium: Medium;
  readonly ledger: Ledger;
  readonly sensors: Sensors;
  readonly #clock: Clock;
  readonly #broker: SimBroker;
  readonly #troubles: Troubles;
  readonly #maxStreams: number;
  readonly #msPerStep: number;
  readonly #writesPerDay: number;
  readonly #mostLeavingBytes: number;
  readonly #faults: string[] = [];
  readonly #retained = new RetainedStore();
  life: Life | undefined;
  #leap = 0;
  #lives = 0;
  #orders = 0;
  #kills = 0;
  #stops = 0;
  #recalled = 0;
  #thinned = 0;
  #isOver = false;

  constructor(seed: number) {
    this.world = new World(seed);
    this.kind = kindOf(seed);
    const { streams, qos, isSleepy, isWorn } = this.kind;
    // The program counts the journal in stretches: it may take it for longer than it is by two of them.
    const { mostJournalBytes, leastTrimBytes } = limitsOf(this.kind.habit);
    this.medium = new Medium(mostJournalBytes / 2 - 2 * leastTrimBytes, isWorn);
    const byTopic = new Map(everyStream(streams).map((stream) => [stream.topic, stream]));
    this.ledger = new Ledger((id) => byTopic.get(id) as SimStream, this.kind.habit.isMixed);
    const now = (): number => this.sensors.now(this.#leap);
    this.#clock = { now: () => toEpochMs(now()) };
    // Else every snapshot of a life before counts as old, so that many more are taken.
    if (seed % 3 === 0) this.medium.now = now;
    this.#broker = new SimBroker(this.world, now, qos, this.kind.habit);
    this.sensors = new Sensors(this.world, this.#broker, this.ledger, isSleepy, !this.kind.habit.needsContent);
    this.#troubles = new Troubles(this);
    const isFlooded = this.kind.troubles.includes('flood');
    const count = everyStream(streams).length;
    this.#maxStreams = isFlooded ? count : this.world.pick([3, 5, count]);
    this.#msPerStep = isFlooded ? 150 : this.world.pick([1, 20, 150]);
    this.#writesPerDay = this.world.pick([1e9, 1e9, 1e5]);
    this.#mostLeavingBytes = this.world.pick([1, 10_000, 1e9]);
  }

  async run(): Promise<Outcome> {
    this.#begin();
    this.#publishOn();
    this.#troubleOn();
    this.#orderOn();
    await this.world.runUntil(HOUR_MS);
    this.#isOver = true;
    this.medium.fault = undefined;
    this.medium.heard = () => undefined;
    // Long enough for every retry and for all that waits.
    await this.world.runUntil(1.5 * HOUR_MS);
    const missing = await this.#judge();
    return {
      kind: this.kind.name,
      faults: [...this.#faults, ...this.#broker.faults],
      trace: this.world.trace,
      published: this.#broker.published,
      kills: this.#kills,
      stops: this.#stops,
      rotten: this.#troubles.rotten,
      spoiled: this.#troubles.spoiled,
      outages: this.#troubles.outages,
      removed: this.#troubles.removed,
      redelivered: this.#broker.redelivered,
      recalled: this.#recalled + (this.life?.recalled ?? 0),
      thinned: this.#thinned + (this.life?.thinned ?? 0),
      taught: this.#labels(0),
      obeyed: this.#labels(FIRST_ORDER),
      missing,
    };
  }

  #labels(from: number): number {
    const learners = [...(this.life?.learners.values() ?? [])];
    return learners.reduce((sum, learner) => sum + learner.labels().filter(({ number }) => number >= from).length, 0);
  }

  fail(fault: string): void {
    if (this.#faults.length < MOST_FAULTS) this.#faults.push(`${Math.round(this.world.now)}: ${fault}`);
  }

  crash(): void {
    const { life } = this;
    if (life === undefined) return;
    this.#kills++;
    this.#end(life);
    this.world.schedule(100 + this.world.integer(20_000), () => this.#begin());
  }

  stop(): void {
    const { life } = this;
    if (life === undefined || life.durable === undefined || life.isStopping) return;
    // Nothing is lost by haste where the journal and the broker have it all.
    const isHasty = this.kind.durability === 'journal' && this.kind.qos === 1 && this.world.chance(0.5);
    void life.stop(isHasty).then(() => {
      // It may have been killed meanwhile, with the last thing that it waited for under way.
      if (this.life !== life) return;
      this.#stops++;
      this.#troubles.stopped();
      this.#end(life);
      this.world.schedule(100 + this.world.integer(20_000), () => this.#begin());
    });
  }

  cut(): void {
    const { life } = this;
    if (life === undefined || !life.wasConnected) return;
    this.#broker.disconnect();
    life.connected(false);
    const after = this.world.integer(this.world.pick([500, 10_000]));
    this.world.schedule(after, () => this.#connect(life));
  }

  leap(ms: number): void {
    this.#leap += ms;
  }

  #begin(): void {
    // Its state cannot be reached: whoever starts it waits for that.
    if (this.medium.folder === undefined && this.medium.isBlocked) {
      this.world.schedule(1000, () => this.#begin());
      return;
    }
    const life = new Life({
      world: this.world,
      clock: this.#clock,
      medium: this.medium,
      kind: this.kind,
      ledger: this.ledger,
      retained: this.#retained,
      number: this.#lives++,
      fail: (fault) => this.fail(fault),
      maxStreams: this.#maxStreams,
      msPerStep: this.#msPerStep,
      writesPerDay: this.#writesPerDay,
      mostLeavingBytes: this.#mostLeavingBytes,
    });
    this.life = life;
    life.start().then(
      () => {
        if (life.damagedBatches !== this.medium.damaged) this.fail(`${life.damagedBatches} damaged batches were told`);
        this.#connect(life);
      },
      (error: unknown) => this.fail(`start: ${String(error)}`),
    );
  }

  #end(life: Life): void {
    this.#recalled += life.recalled;
    this.#thinned += life.thinned;
    this.#broker.disconnect();
    life.kill();
    this.life = undefined;
    for (const learner of life.learners.values()) {
      const fault = this.ledger.judge(learner, false);
      if (fault !== undefined) this.fail(fault);
    }
  }

  #connect(life: Life): void {
    if (this.life !== life || life.isStopping) return;
    this.#broker.connect(life, !life.wasConnected);
    life.connected(true);
    if (!life.wasConnected) life.bringBack();
    life.wasConnected = true;
    if (this.kind.habit.isMixed) this.#sendAmongTheKept();
  }

  /** While the broker sends what it has kept. */
  #sendAmongTheKept(): void {
    for (const stream of this.sensors.awake(this.kind.streams)) {
      if (this.world.chance(0.4)) this.world.schedule(this.world.integer(500), () => this.sensors.send(stream));
    }
  }

  #publishOn(): void {
    if (this.#isOver) return;
    const awake = this.sensors.awake(this.kind.streams);
    if (awake.length > 0) {
      const burst = this.world.chance(0.002) ? 1 + this.world.integer(300) : 1;
      const stream = this.world.pick(awake);
      for (let i = 0; i < burst; i++) this.sensors.send(stream);
    }
    this.world.schedule(this.world.integer(4000), () => this.#publishOn());
  }

  /** Requests come in the midst of everything. */
  #orderOn(): void {
    if (this.#isOver) return;
    const streams = everyStream(this.kind.streams);
    const labelled = streams.filter(({ isLabelled }) => isLabelled);
    if (labelled.length > 0) {
      this.life?.order(this.world.pick(labelled).topic as StreamId, FIRST_ORDER + this.#orders++);
    }
    if (this.world.chance(0.3)) this.life?.renew(this.world.pick(streams).topic as StreamId);
    if (this.world.chance(0.2)) this.life?.retire(this.world.pick(streams).topic as StreamId);
    this.life?.rest(this.world.pick(streams).topic as StreamId, this.world.pick([undefined, 5000, 60_000]));
    this.world.schedule(this.world.integer(20_000), () => this.#orderOn());
  }

  #troubleOn(): void {
    if (this.#isOver) return;
    const trouble: Trouble = this.world.pick(this.kind.troubles);
    this.#troubles.make(trouble);
    this.world.schedule(this.world.integer(240_000), () => this.#troubleOn());
  }

  /** Every stream is asked for once more, so that those that were away come back; then they have to know everything. */
  async #judge(): Promise<number> {
    let missing = 0;
    if (!this.#broker.isIdle) this.fail('not everything was acknowledged');
    if (this.life?.level !== 0) this.fail(`still on rung ${this.life?.level}`);
    for (const stream of this.kind.streams) {
      this.sensors.send(stream);
      const fields = everyStream([stream]);
      await this.world.runUntil(this.world.now + fields.length * 240_000);
      for (const { topic } of fields) {
        const learner = this.life?.learners.get(topic as StreamId);
        const fault = learner === undefined ? `${topic} has no learner` : this.ledger.judge(learner, true);
        if (fault !== undefined) this.fail(fault);
        if (learner !== undefined && stream.mayForget) missing += this.ledger.missing(learner);
      }
    }
    const misplaced = this.life?.misplaced();
    if (misplaced !== undefined) this.fail(`${misplaced} is retained, and no setting of now fills it`);
    return missing;
  }
}
