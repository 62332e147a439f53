import { idOf } from '../pipeline/samples.ts';
import { OrdersLife, type Outcome } from './ordersLife.ts';

const ROUNDS = 14;
/** Time in which something happens in a round, ms. */
const ROUND = 6000;
const STREAMS = ['a', 'a', 'b', 'c'];
/** Few readings back: what was undone longer ago is mostly out of reach. */
const MOST_BACK = 14;
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
  const life = new OrdersLife(seed, {
    maxStreams: seed % 3 === 0 ? 2 : 9,
    msPerStep: seed % 2 === 0 ? 1 : 20,
    areCheckpointsDue: seed % 4 === 1,
  });
  const { world } = life;
  life.start();
  await world.runUntil(3000);
  for (let round = 0; round < ROUNDS && life.faults.length === 0; round++) {
    for (let event = 4 + world.integer(30); event > 0; event--) world.schedule(world.integer(ROUND), () => act(life));
    await world.runUntil(world.now + ROUND);
    await life.settle();
  }
  return { faults: life.faults, outcomes: life.outcomes };
}

function act(life: OrdersLife): void {
  const { world } = life;
  const name = world.pick(STREAMS);
  const kind = world.integer(32);
  if (kind < 17) life.read(name, world.integer(100));
  else if (kind === 17) life.label(name, world.integer(1000));
  else if (kind < 21) life.save();
  else if (kind < 25) void life.undo(name, timeOf(life, name) - 0.5);
  else if (kind === 25) undoAndGoOn(life, name);
  else if (kind < 29) void life.judge(name, spanOf(life, name), world.pick(['normal', 'fault', 'fault']));
  else if (kind === 29) life.renew(name);
  else if (kind === 30) world.chance(0.3) ? life.forget(name) : life.kill(100 + world.integer(2000));
  else life.fear(world.pick(FEARED));
}

/** Snapshots are taken and readings come while the order is on its way. */
function undoAndGoOn(life: OrdersLife, name: string): void {
  const { world } = life;
  void life.undo(name, timeOf(life, name) - 0.5);
  for (let i = 1 + world.integer(3); i > 0; i--) world.schedule(world.integer(200), () => life.save());
  for (let i = world.integer(6); i > 0; i--)
    world.schedule(world.integer(200), () => life.read(name, world.integer(100)));
}

/** Time of one of the last readings. */
function timeOf(life: OrdersLife, name: string): number {
  const times = life.ledger.timesOf(idOf(name)).slice(-MOST_BACK);
  return times.length > 0 ? life.world.pick(times) : life.now;
}

function spanOf(life: OrdersLife, name: string): readonly [number, number] {
  const [one, other] = [timeOf(life, name), timeOf(life, name)];
  return [Math.min(one, other), Math.max(one, other)];
}
