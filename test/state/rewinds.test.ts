import { expect, it } from 'vitest';
import { idOf } from '../pipeline/samples.ts';
import { OrdersLife, type OrdersLifeOptions } from '../simulation/ordersLife.ts';

const SECOND = 1000;

/** A daemon that has the readings, a second apart, and `saves` snapshots, each behind the reading of that number. */
async function lifeWith(readings: number, saves: readonly number[] = [], options: OrdersLifeOptions = {}) {
  const life = new OrdersLife(1, options);
  const pass = (ms: number): Promise<void> => life.world.runUntil(life.world.now + ms);
  const read = async (from: number, to: number): Promise<void> => {
    for (let value = from; value < to; value++) {
      life.read('a', value);
      await pass(SECOND);
      if (saves.includes(value)) life.save();
      if (saves.includes(value)) await pass(3 * SECOND);
    }
  };
  life.start();
  await pass(SECOND);
  await read(0, readings);
  const timeOf = (place: number): number => life.ledger.timesOf(idOf('a'))[place] as number;
  return { life, pass, read, timeOf };
}

async function undo(life: OrdersLife, since: number): Promise<string> {
  let outcome = 'none';
  void life.undo('a', since).then((told) => {
    outcome = told;
  });
  await life.settle();
  return outcome;
}

it('has the bytes of one that never had the last readings, before and after a kill', async () => {
  const { life, read, timeOf } = await lifeWith(30, [9]);
  expect(await undo(life, timeOf(20) - 1)).toBe('done');
  await read(30, 35);
  life.kill();
  await life.settle();
  await read(35, 40);
  await life.settle();
  expect(life.faults).toEqual([]);
  expect(life.valuesOf('a')).toEqual([
    ...Array.from({ length: 20 }, (_, i) => i),
    ...Array.from({ length: 10 }, (_, i) => 30 + i),
  ]);
});

it('goes back behind its newest snapshot, and not behind both', async () => {
  const { life, read, timeOf } = await lifeWith(4, [0, 2, 5, 7]);
  const since = timeOf(2) - 1;
  expect(await undo(life, since)).toBe('done');
  expect(life.valuesOf('a')).toEqual([0, 1]);
  await read(4, 8);
  expect(await undo(life, since - 2 * SECOND)).toBe('beyond');
  expect(life.faults).toEqual([]);
});

it('goes back to no snapshot that has learned what was undone before, in this process or in the next', async () => {
  for (const isKilled of [false, true]) {
    const { life, read, timeOf } = await lifeWith(6, [1, 4]);
    // What was taken behind the fifth reading stays on the medium, as the older one of two.
    expect(await undo(life, timeOf(3) - 1)).toBe('done');
    if (isKilled) life.kill();
    await life.settle();
    await read(6, 9);
    const outcome = await undo(life, timeOf(4) - 1);
    expect([isKilled, life.faults, outcome === 'missed']).toEqual([isKilled, [], false]);
    expect(life.valuesOf('a')).not.toContain(4);
  }
});

it('leaves out the readings of an alarm that was a fault, and goes on with those after it', async () => {
  const { life, timeOf } = await lifeWith(10, [4]);
  void life.judge('a', [timeOf(6), timeOf(8)], 'fault');
  await life.settle();
  expect(life.faults).toEqual([]);
  expect(life.valuesOf('a')).toEqual([0, 1, 2, 3, 4, 5, 9]);
  life.kill();
  await life.settle();
  expect(life.faults).toEqual([]);
});

it('has nothing to undo where nothing came', async () => {
  const { life, timeOf } = await lifeWith(1);
  expect(await undo(life, timeOf(0))).toBe('nothing');
  expect(life.faults).toEqual([]);
});

it('stays where it was before its first reading, once that was answered, whenever it is killed', async () => {
  for (let after = 0; after < 60; after++) {
    const { life, pass, timeOf } = await lifeWith(3, [1]);
    void life.undo('a', timeOf(0) - 1);
    await pass(after);
    life.kill();
    await life.settle();
    expect([after, life.faults]).toEqual([after, []]);
  }
});

it('is forgotten wholly or not at all, whenever it is killed, and knows nothing of before whatever is undone later', async () => {
  for (let after = 0; after < 60; after += 2) {
    const { life, pass, read, timeOf } = await lifeWith(4, [1, 3]);
    // A snapshot is under way.
    life.read('a', 4);
    life.save();
    life.forget('a');
    await pass(after);
    life.kill();
    await life.settle();
    await read(5, 6);
    life.save();
    await read(6, 9);
    await undo(life, timeOf(life.ledger.timesOf(idOf('a')).length - 4) - 1);
    expect([after, life.faults]).toEqual([after, []]);
  }
});

/** The medium refuses from when it is asked for the order on: the streams of before are on it. */
async function lifeRefused(order: (life: OrdersLife) => Promise<unknown>, ms: number) {
  const world = await lifeWith(12, [4]);
  const { life, pass } = world;
  const told: unknown[] = [];
  // All that came before is on the medium: the next batch is the order's.
  life.save();
  await pass(3 * SECOND);
  life.refuseAt('append', 'full', ms);
  void order(life).then((outcome) => told.push(outcome));
  await pass(SECOND);
  return { ...world, told };
}

it('goes on with its forecasts while the medium refuses the order, and has gone back once that works again', async () => {
  const HOUR = 3_600_000;
  const { life, pass, read, told } = await lifeRefused((it) => it.undo('a', it.ledger.timesOf(idOf('a'))[8] - 1), HOUR);
  await read(12, 20);
  // Not one of its readings waits for the medium.
  expect([told, life.valuesOf('a').slice(-3)]).toEqual([[], [17, 18, 19]]);
  await pass(HOUR);
  await life.settle();
  expect([told, life.faults]).toEqual([['done'], []]);
  expect(life.valuesOf('a')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 16, 17, 18, 19]);
  life.kill();
  await life.settle();
  expect(life.faults).toEqual([]);
});

it('refuses what is asked while the medium takes nothing, at once', async () => {
  const { life, pass, timeOf, told } = await lifeRefused(
    (it) => it.undo('a', it.ledger.timesOf(idOf('a'))[8] - 1),
    60 * SECOND,
  );
  await pass(3 * SECOND);
  void life.undo('a', timeOf(3)).then((outcome) => told.push(outcome));
  await pass(SECOND);
  expect(told).toEqual(['refused']);
  await life.settle();
  expect([told, life.faults]).toEqual([['refused', 'done'], []]);
});

it('goes on as it was where the medium refuses an order to go on with another state', async () => {
  const { life, pass, read, told } = await lifeRefused((it) => it.adopt('a', 'a'), 60 * SECOND);
  await pass(2 * SECOND);
  expect([...life.outcomes]).toEqual(['not-kept']);
  expect(told).toHaveLength(1);
  await read(12, 15);
  expect(life.valuesOf('a')).toEqual(Array.from({ length: 15 }, (_, i) => i));
  await life.settle();
  life.kill();
  await life.settle();
  expect(life.faults).toEqual([]);
});

it('stays forgotten where the medium refuses to remove its snapshots, for as long as it does', async () => {
  const { life, pass, read } = await lifeWith(6, [1, 4], { areCheckpointsDue: true });
  life.refuseAt('remove', 'failed', 40 * SECOND);
  life.forget('a');
  for (let start = 0; start < 3; start++) {
    await pass(20 * SECOND);
    for (let value = 0; value < 4; value++) {
      life.read('b', value);
      await pass(SECOND);
    }
    life.kill();
    await life.settle();
  }
  await read(50, 52);
  await life.settle();
  expect([life.faults, life.valuesOf('a')]).toEqual([[], [50, 51]]);
});
