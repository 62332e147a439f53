import { toDurationMs } from '../../src/domain/time.ts';
import type { CheckpointLimits } from '../../src/state/checkpoints.ts';
import { idOf } from '../pipeline/samples.ts';
import { LIMITS } from './life.ts';
import { OrdersLife, type Outcome } from './ordersLife.ts';
import type { OrdersPast } from './ordersProcess.ts';

const ROUNDS = 14;
/** Time in which something happens in a round, ms. */
const ROUND = 6000;
const STREAMS = ['a', 'a', 'b', 'c'];
/** Few readings back: what was undone longer ago is mostly out of reach, where nothing is kept for it. */
const MOST_BACK = 14;
const MOST_BACK_IN_PAST = 80;
/** States are thinned out, and the journal is trimmed, within a round. */
const PAST_LIMITS: CheckpointLimits = {
  ...LIMITS,
  snapshotEvery: toDurationMs(4000),
  leastTrimBytes: 100,
  mostJournalBytes: 3000,
};
const PASTS: readonly (OrdersPast | undefined)[] = [
  undefined,
  { reach: 60_000, bytes: 1e9, limits: PAST_LIMITS },
  { reach: 20_000, bytes: 1e9, limits: PAST_LIMITS },
  { reach: 300_000, bytes: 4000, limits: PAST_LIMITS },
];
const FAULTS = ['full', 'read-only', 'failed'] as const;
/** Time that the medium refuses everything, ms. */
const REFUSALS = [50, 3000, 20_000];
const REFUSED = [undefined, 'append', 'save', 'remove', 'trim'] as const;
const FEARED = ['append', 'append', 'save', 'save', 'read', 'remove', 'trim'] as const;

export interface OrdersOutcome {
  /** Differences from what should have been. */
  readonly faults: readonly string[];
  /** Outcomes of the requests. */
  readonly outcomes: ReadonlySet<Outcome>;
}

/**
 * A history of readings, labels, snapshots, streams that make room, requests to undo and verdicts, all in the midst of each other, and kills at each
 * step of them: streams have the bytes of those that never had what is omitted, and all else is there once.
 */
export async function simulate(seed: number): Promise<OrdersOutcome> {
  const past = PASTS[Math.floor(seed / 4) % PASTS.length];
  const life = new OrdersLife(seed, {
    maxStreams: seed % 3 === 0 ? 2 : 9,
    msPerStep: seed % 2 === 0 ? 1 : 20,
    areCheckpointsDue: seed % 4 === 1 || past !== undefined,
    ...(past && { past }),
  });
  const mostBack = past === undefined ? MOST_BACK : MOST_BACK_IN_PAST;
  const { world } = life;
  life.start();
  await world.runUntil(3000);
  for (let round = 0; round < ROUNDS && life.faults.length === 0; round++) {
    for (let event = 4 + world.integer(30); event > 0; event--)
      world.schedule(world.integer(ROUND), () => act(life, mostBack));
    await world.runUntil(world.now + ROUND);
    await life.settle();
  }
  return { faults: life.faults, outcomes: life.outcomes };
}

function act(life: OrdersLife, mostBack: number): void {
  const { world } = life;
  const name = world.pick(STREAMS);
  const kind = world.integer(42);
  if (kind < 17) life.read(name, world.integer(100));
  else if (kind === 17) life.label(name, world.integer(1000));
  else if (kind < 21) life.save();
  else if (kind < 25) void life.undo(name, timeOf(life, name, mostBack) - 0.5);
  else if (kind === 25) undoAndGoOn(life, name, mostBack);
  else if (kind < 29) void life.judge(name, spanOf(life, name, mostBack), world.pick(['normal', 'fault', 'fault']));
  else if (kind === 29) life.renew(name);
  else if (kind === 30) world.chance(0.3) ? life.forget(name) : life.kill(100 + world.integer(2000));
  else if (kind < 35) life.fear(world.pick(FEARED));
  else if (kind < 37) void life.adopt(name, world.pick(STREAMS));
  else if (kind === 37) void life.former(name);
  else if (kind === 38) saveAndAdopt(life, name);
  else if (kind === 39) life.refuse(world.pick(FAULTS), world.integer(world.pick(REFUSALS)), world.pick(REFUSED));
  else if (kind === 40) refuseAndKill(life, name, mostBack);
  else {
    life.forget(name);
    void life.adopt(name, world.pick(STREAMS));
  }
}

/** The medium refuses from within a request on, and the process is killed before or behind its answer. */
function refuseAndKill(life: OrdersLife, name: string, mostBack: number): void {
  const { world } = life;
  life.refuseAt(world.pick(FEARED), world.pick(FAULTS), world.integer(world.pick(REFUSALS)), world.pick(REFUSED));
  const request = world.integer(4);
  if (request === 0) life.forget(name);
  else if (request === 1) void life.adopt(name, world.pick(STREAMS));
  else void life.undo(name, timeOf(life, name, mostBack) - 0.5);
  if (world.chance(0.5)) world.schedule(world.integer(4000), () => life.kill(100 + world.integer(2000)));
}

/** A snapshot of the stream is on its way, or one of it that has left, while the order is. */
function saveAndAdopt(life: OrdersLife, name: string): void {
  const { world } = life;
  life.read(name, world.integer(100));
  world.chance(0.5) ? life.save() : life.renew(name);
  world.schedule(world.integer(20), () => void life.adopt(name, world.pick(STREAMS)));
  for (let i = 1 + world.integer(3); i > 0; i--) {
    world.schedule(world.integer(60), () => life.read(name, world.integer(100)));
    world.schedule(world.integer(60), () => life.save());
  }
}

/** Snapshots are taken and readings come while the order is on its way. */
function undoAndGoOn(life: OrdersLife, name: string, mostBack: number): void {
  const { world } = life;
  void life.undo(name, timeOf(life, name, mostBack) - 0.5);
  for (let i = 1 + world.integer(3); i > 0; i--) world.schedule(world.integer(200), () => life.save());
  for (let i = world.integer(6); i > 0; i--)
    world.schedule(world.integer(200), () => life.read(name, world.integer(100)));
}

/** Time of one of the last readings. */
function timeOf(life: OrdersLife, name: string, mostBack: number): number {
  const times = life.ledger.timesOf(idOf(name)).slice(-mostBack);
  return times.length > 0 ? life.world.pick(times) : life.now;
}

function spanOf(life: OrdersLife, name: string, mostBack: number): readonly [number, number] {
  const [one, other] = [timeOf(life, name, mostBack), timeOf(life, name, mostBack)];
  return [Math.min(one, other), Math.max(one, other)];
}
