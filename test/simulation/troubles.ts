import { readBatch } from '../../src/state/log/readBatch.ts';
import type { Trouble } from './kinds.ts';
import type { Request } from './simStore.ts';
import type { Stage } from './stage.ts';

/** With durability `snapshot`: a minute between two commits, and what a commit may take on a slow medium. */
const MAY_BE_LOST_MS = 75_000;
/** After a medium has begun to work again it is tried within this. */
const LONGEST_RETRY_MS = 35_000;
/** Readings at once. */
const RUSH = 60;
/** Readings a second of a flood, and for how long. */
const FLOOD_RATE = 25;
const FLOOD_MS = 60_000;
/** Limits of an outage: its length, and the number of times in it at which some sensors send. */
const LONGEST_OUTAGE_MS = 12 * 3_600_000;
const MOST_SENT = 20;
/** Time for which a contact is loose. */
const LOOSE_MS = 120_000;
/** The next one of it is the last thing that the process begins. */
const FEARED: readonly Request[] = ['append', 'rewrite', 'rewrite', 'save', 'trim', 'trim'];

/** Troubles that can happen to a daemon. */
export class Troubles {
  readonly #stage: Stage;
  /** Since when the medium has not been as it should be. */
  #sickSince: number | undefined;
  #sicknesses = 0;
  #feared: Request | undefined;
  #removedAt: number | undefined;
  /** Rotten snapshots that the store takes for whole; with the next snapshot such a one is the older generation. */
  readonly #cut = new WeakSet<object>();
  removed = 0;
  rotten = 0;
  outages = 0;
  spoiled = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
    stage.medium.heard = (request) => this.#hear(request);
    stage.medium.begunAnew = () => this.#excuseRemoved();
  }

  make(trouble: Trouble): void {
    const { world, sensors, kind } = this.#stage;
    const does: Readonly<Record<Trouble, () => void>> = {
      crash: () => this.#crash(),
      stop: () => this.#rushAndStop(),
      cut: () => this.#stage.cut(),
      'full disk': () => this.#fillDisk(),
      clock: () => this.#stage.leap(world.pick([1000, 3_600_000, 86_400_000])),
      'device clock': () => sensors.resetClock(world.pick(kind.streams)),
      outage: () => this.#outage(),
      rot: () => this.#rot(),
      'spoiled batch': () => this.#spoil(),
      flood: () => this.#flood(world.now + FLOOD_MS),
      'bad moment': () => {
        this.#feared = world.pick(FEARED);
      },
      folder: () => (world.chance(0.5) ? this.#unmount() : this.#remove()),
      'loose contact': () => {
        if (world.chance(0.5)) this.#feared = 'session';
        this.#looseContact(world.now + LOOSE_MS);
      },
    };
    does[trouble]();
  }

  /** A process has come to the end of a stop: nothing is lost, unless the medium would not take it. */
  stopped(): void {
    if (this.#sickSince !== undefined) this.#excuseTheLast('stopped with a full disk');
  }

  #crash(): void {
    if (this.#stage.life === undefined) return;
    this.#excuseTheLast('just before a crash');
    this.#stage.crash();
  }

  /** Power goes when it hurts most: while something is written, or soon after. */
  #hear(request: Request): void {
    const { world, life } = this.#stage;
    if (request !== this.#feared) return;
    this.#feared = undefined;
    world.schedule(world.integer(world.pick([3, 30, 1500])), () => {
      if (this.#stage.life === life) this.#crash();
    });
  }

  /** Daemon, connection, or a gateway between: whichever it was, what was collected comes in one burst. */
  #outage(): void {
    const { world, sensors, kind } = this.#stage;
    const cause = world.pick(['power', 'connection', 'gateway'] as const);
    if (cause === 'power') this.#crash();
    if (cause === 'connection') this.#stage.cut();
    const times = 1 + world.integer(MOST_SENT);
    const length = world.integer(LONGEST_OUTAGE_MS);
    for (let i = 0; i < times; i++) {
      sensors.elapse(length / times);
      for (const stream of kind.streams) if (world.chance(0.7)) sensors.send(stream);
    }
    this.outages++;
  }

  #looseContact(end: number): void {
    const { world } = this.#stage;
    if (world.now > end) return;
    if (world.chance(0.2)) this.#crash();
    else this.#stage.cut();
    world.schedule(world.integer(8000), () => this.#looseContact(end));
  }

  #excuseTheLast(reason: string): void {
    const { kind, ledger, world } = this.#stage;
    if (kind.durability === 'journal') return;
    const since = Math.min(world.now, this.#sickSince ?? world.now) - MAY_BE_LOST_MS;
    ledger.excuse(reason, ({ letInAt = world.now }) => letInAt > since);
  }

  /** Some stop while much is waiting. */
  #rushAndStop(): void {
    const { world, sensors, kind } = this.#stage;
    if (world.chance(0.3)) {
      for (let i = 0; i < RUSH; i++) sensors.send(world.pick(kind.streams));
    }
    world.schedule(10, () => this.#stop());
  }

  /** Some are killed before they have come to the end of it. */
  #stop(): void {
    const { world, life } = this.#stage;
    this.#stage.stop();
    if (life === undefined || !world.chance(0.3)) return;
    world.schedule(world.integer(3000), () => {
      if (this.#stage.life === life) this.#crash();
    });
  }

  #fillDisk(): void {
    const { medium, world, kind } = this.#stage;
    medium.fault = world.pick(['full', 'read-only', 'failed'] as const);
    this.#sickSince ??= world.now;
    const sickness = ++this.#sicknesses;
    world.schedule(world.integer(90_000), () => {
      medium.fault = undefined;
      // Whoever has made room often restarts the service too.
      if (world.chance(0.4))
        world.schedule(world.integer(15_000), () => kind.troubles.includes('crash') && this.#crash());
      world.schedule(LONGEST_RETRY_MS, () => {
        if (sickness === this.#sicknesses) this.#sickSince = undefined;
      });
    });
  }

  /** It comes back as it was; until then nothing can be made in its place. */
  #unmount(): void {
    const { medium, world } = this.#stage;
    const { folder } = medium;
    if (folder === undefined) return;
    medium.folder = undefined;
    medium.isBlocked = true;
    world.schedule(world.integer(60_000), () => {
      medium.folder = folder;
      medium.isBlocked = false;
    });
  }

  /** A process that knew what was in it may write it anew; a process that ends before takes it along. */
  #remove(): void {
    const { medium, world } = this.#stage;
    if (medium.folder === undefined) return;
    medium.folder = undefined;
    medium.isBlocked = true;
    this.#removedAt = world.now;
    this.removed++;
    world.schedule(world.integer(10_000), () => {
      medium.isBlocked = false;
    });
  }

  /** A process finds nothing: no process that knew it has written it anew. */
  #excuseRemoved(): void {
    const removedAt = this.#removedAt ?? Number.NEGATIVE_INFINITY;
    const { ledger } = this.#stage;
    ledger.excuse('removed with the folder', ({ letInAt = Number.POSITIVE_INFINITY }) => letInAt <= removedAt);
  }

  /**
   * A bit of a snapshot flips while no process reads it. The generation before it is whole, and the journal goes back to it: that is
   * promised where there was room for it ever since, and may be so where there was not.
   */
  #rot(): void {
    const { medium, world } = this.#stage;
    // The power goes before the journal can be cut to what the rotten one needs; a cut that was under way is done by then.
    this.#crash();
    const begin = medium.batches[0]?.first ?? Number.POSITIVE_INFINITY;
    const streams = [...medium.snapshots.values()].filter(([, older]) => {
      if (older === undefined || older.isDamaged || this.#cut.has(older)) return false;
      return older.position >= medium.longUntil || older.position + 1 >= begin;
    });
    if (streams.length === 0) return;
    const [newest] = world.pick(streams);
    if (newest === undefined) return;
    // Mostly the store finds it; what it does not find no learner can be made from.
    if (world.chance(0.7)) newest.isDamaged = true;
    else {
      newest.bytes = newest.bytes.slice(0, -1);
      this.#cut.add(newest);
    }
    this.rotten++;
  }

  /** A batch of the journal can not be read any more. The last one looks like one that was not written to its end. */
  #spoil(): void {
    const { medium, world, ledger } = this.#stage;
    if (medium.batches.length === 0) return;
    const batch = world.pick(medium.batches);
    const lost = new Set<number>();
    readBatch(batch, (entry, position) => lost.add(entry.kind === 'rewritten' ? entry.original : position));
    ledger.excuse('in a batch that was damaged', ({ position }) => position !== undefined && lost.has(position));
    if (batch === medium.batches.at(-1)) medium.batches.pop();
    else batch.isDamaged = true;
    this.spoiled++;
    this.#crash();
  }

  #flood(end: number): void {
    const { world, kind, sensors } = this.#stage;
    if (world.now > end) return;
    // Some send ten times as much as others.
    const stream = world.pick(world.chance(0.5) ? kind.streams.slice(0, 2) : kind.streams);
    sensors.send(stream);
    world.schedule(world.integer(2000 / FLOOD_RATE), () => this.#flood(end));
  }
}
