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
