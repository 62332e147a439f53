import { describe, expect, it } from 'vitest';
import { StoreError } from '../../src/domain/stateStore.ts';
import { idOf } from '../pipeline/samples.ts';
import { UndoneLife } from '../simulation/undoneLife.ts';

describe('a stream that goes back', () => {
  it('has the bytes of one that never had the last readings, before and after a kill', async () => {
    const daemon = new UndoneLife();
    await daemon.start();
    for (let i = 0; i < 10; i++) await daemon.read('a', i);
    await daemon.save();
    for (let i = 10; i < 20; i++) await daemon.read('a', i);
    const since = daemon.time.now;
    for (let i = 20; i < 30; i++) await daemon.read('a', i);
    expect(await daemon.undo('a', since)).toEqual({ kind: 'done', inputs: 10 });
    expect(await daemon.faults()).toEqual([]);
    for (let i = 30; i < 35; i++) await daemon.read('a', i);
    expect(await daemon.faults()).toEqual([]);
    await daemon.kill();
    for (let i = 35; i < 40; i++) await daemon.read('a', i);
    expect(await daemon.faults()).toEqual([]);
    expect(daemon.valuesOf('a')).toEqual([
      ...Array.from({ length: 20 }, (_, i) => i),
      ...Array.from({ length: 10 }, (_, i) => 30 + i),
    ]);
  });

  it('goes back behind its newest snapshot, and says from when on it can', async () => {
    const daemon = new UndoneLife();
    await daemon.start();
    await daemon.read('a', 0);
    await daemon.save();
    await daemon.read('a', 1);
    const since = daemon.time.now;
    await daemon.read('a', 2);
    await daemon.save();
    await daemon.read('a', 3);
    expect(await daemon.undo('a', since)).toEqual({ kind: 'done', inputs: 2 });
    expect(await daemon.faults()).toEqual([]);
    // Both snapshots of now have the first two readings.
    await daemon.read('a', 4);
    await daemon.save();
    await daemon.read('a', 5);
    await daemon.save();
    expect(await daemon.undo('a', since - 1)).toMatchObject({ kind: 'beyond', reach: expect.any(Number) });
    expect(await daemon.faults()).toEqual([]);
  });

  it('leaves out the readings of a span and goes on with those after it', async () => {
    const daemon = new UndoneLife();
    await daemon.start();
    for (let i = 0; i < 5; i++) await daemon.read('a', i);
    await daemon.save();
    await daemon.read('a', 5);
    const from = daemon.time.now + 1;
    for (let i = 6; i < 9; i++) await daemon.read('a', i);
    const to = daemon.time.now;
    await daemon.read('a', 9);
    expect(await daemon.omit('a', from, to)).toEqual({ kind: 'done', inputs: 3 });
    expect(await daemon.faults()).toEqual([]);
    expect(daemon.valuesOf('a')).toEqual([0, 1, 2, 3, 4, 5, 9]);
  });

  it('has nothing to undo where nothing came', async () => {
    const daemon = new UndoneLife();
    await daemon.start();
    await daemon.read('a', 1);
    expect(await daemon.undo('a', daemon.time.now)).toEqual({ kind: 'nothing' });
  });
});

describe('a stream that goes back days', () => {
  const HOUR = 3_600_000;
  const KEPT = { reach: 72 * HOUR, bytes: 1e9 };

  /** A life of some days, with a reading every two hours and five snapshots a day. */
  async function days(count: number): Promise<UndoneLife> {
    const daemon = new UndoneLife(KEPT);
    await daemon.start();
    for (let hour = 0; hour < 24 * count; hour += 2) {
      await daemon.read('a', hour, 2 * HOUR);
      if (hour % 6 === 4) await daemon.save();
    }
    return daemon;
  }

  it.each([1, 11, 29.5, 61, 71.9])(
    'has the bytes of one that never had the last %s hours',
    { timeout: 120_000 },
    async (hours) => {
      for (const isKilled of [false, true]) {
        const daemon = await days(8);
        expect(daemon.store.snapshots.get(idOf('a'))?.length).toBeLessThanOrEqual(8);
        if (isKilled) await daemon.kill();
        const undone = await daemon.undo('a', daemon.time.now - hours * HOUR);
        expect(undone).toMatchObject({ kind: 'done' });
        expect(await daemon.faults()).toEqual([]);
        await daemon.read('a', -1);
        await daemon.kill();
        expect(await daemon.faults()).toEqual([]);
      }
    },
  );

  it('goes back a weekend twice, from the state that it went back to before', { timeout: 120_000 }, async () => {
    const daemon = await days(8);
    expect(await daemon.undo('a', daemon.time.now - 20 * HOUR)).toMatchObject({ kind: 'done' });
    for (let i = 0; i < 5; i++) await daemon.read('a', i, HOUR);
    expect(await daemon.undo('a', daemon.time.now - 60 * HOUR)).toMatchObject({ kind: 'done' });
    expect(await daemon.faults()).toEqual([]);
  });

  it('says how far it could go where that is not enough', { timeout: 120_000 }, async () => {
    const daemon = await days(8);
    const undone = await daemon.undo('a', daemon.time.now - 180 * HOUR);
    expect(undone).toMatchObject({ kind: 'beyond', reach: expect.any(Number) });
    const reach = (undone as { readonly reach: number }).reach;
    expect(daemon.time.now - reach).toBeGreaterThanOrEqual(72 * HOUR);
    expect(await daemon.undo('a', reach)).toMatchObject({ kind: 'done' });
    expect(await daemon.faults()).toEqual([]);
  });

  it('goes back when it had been silent for longer than that', { timeout: 120_000 }, async () => {
    for (const isKilled of [false, true]) {
      const daemon = await days(3);
      await daemon.read('a', 7, 20 * 24 * HOUR);
      await daemon.read('a', 8, HOUR);
      await daemon.save();
      if (isKilled) await daemon.kill();
      expect(await daemon.undo('a', daemon.time.now - 30 * HOUR)).toEqual({ kind: 'done', inputs: 2 });
      expect(await daemon.faults()).toEqual([]);
    }
  });
});

describe('a stream that goes on with another state', () => {
  it('has the bytes of that state and of what came since, in every life after', async () => {
    const daemon = new UndoneLife();
    await daemon.start();
    for (let i = 0; i < 5; i++) await daemon.read('a', i);
    const of5 = await daemon.export('a');
    for (let i = 5; i < 9; i++) await daemon.read('a', i);
    for (let i = 0; i < 3; i++) await daemon.read('b', 100 + i);
    expect(of5).toBeDefined();
    expect(await daemon.adopt('b', of5 as NonNullable<typeof of5>, [7, 8])).toBe('adopted');
    expect(await daemon.faults()).toEqual([]);
    expect(daemon.valuesOf('b')).toEqual([0, 1, 2, 3, 4, 7, 8]);
    for (let life = 0; life < 3; life++) {
      await daemon.kill();
      await daemon.read('b', 50 + life);
      expect(await daemon.faults()).toEqual([]);
      if (life === 1) await daemon.save();
    }
    expect(await daemon.adopt('new', of5 as NonNullable<typeof of5>, [])).toBe('adopted');
    await daemon.read('new', 9);
    await daemon.kill();
    expect([await daemon.faults(), daemon.valuesOf('new')]).toEqual([[], [0, 1, 2, 3, 4, 9]]);
  });

  it('goes back no further than that state, after a start too', async () => {
    const daemon = new UndoneLife();
    await daemon.start();
    const before = daemon.time.now;
    for (let i = 0; i < 5; i++) await daemon.read('a', i);
    await daemon.save();
    const exported = (await daemon.export('a')) as NonNullable<Awaited<ReturnType<UndoneLife['export']>>>;
    for (let i = 5; i < 9; i++) await daemon.read('a', i);
    await daemon.save();
    expect(await daemon.adopt('a', exported, [])).toBe('adopted');
    const since = daemon.time.now;
    await daemon.read('a', 20);
    for (const _ of [1, 2]) {
      expect(await daemon.undo('a', before)).toMatchObject({ kind: 'beyond' });
      expect(await daemon.faults()).toEqual([]);
      await daemon.kill();
      await daemon.read('a', 21);
    }
    expect(await daemon.undo('a', since + 2000)).toMatchObject({ kind: 'done' });
    expect([await daemon.faults(), daemon.valuesOf('a')]).toEqual([[], [0, 1, 2, 3, 4, 20]]);
  });

  it('goes on as it was where the state is none, or the medium takes nothing', async () => {
    const daemon = new UndoneLife();
    await daemon.start();
    for (let i = 0; i < 5; i++) await daemon.read('a', i);
    const nothing = { state: Uint8Array.of(1, 2, 3), taught: [] };
    expect(await daemon.adopt('a', nothing, [8])).toBe('unfit');
    expect([await daemon.faults(), daemon.valuesOf('a')]).toEqual([[], [0, 1, 2, 3, 4, 8]]);
    const exported = (await daemon.export('a')) as typeof nothing;
    await daemon.read('a', 9);
    daemon.store.save = () => Promise.reject(new StoreError('full', 'planted'));
    expect(await daemon.adopt('a', exported, [10])).toBe('not-kept');
    expect([await daemon.faults(), daemon.valuesOf('a')]).toEqual([[], [0, 1, 2, 3, 4, 8, 9, 10]]);
    await daemon.kill();
    expect([await daemon.faults(), daemon.valuesOf('a')]).toEqual([[], [0, 1, 2, 3, 4, 8, 9, 10]]);
  });
});

describe('a stream whose process died amid its rename', () => {
  it.each([true, false])(
    'has under its new name all that it was taught under both; with a snapshot: %s',
    async (isSaved) => {
      const daemon = new UndoneLife();
      await daemon.start();
      for (let i = 0; i < 5; i++) await daemon.read('a', i);
      // What had the new name before was forgotten, and is no part of it.
      for (let i = 0; i < 3; i++) await daemon.read('c', 70 + i);
      await daemon.forget('c');
      if (isSaved) await daemon.save();
      await daemon.label('a', 3);
      for (let i = 5; i < 9; i++) await daemon.read('a', i);
      await daemon.killRenamed('a', 'c');
      expect([await daemon.faults(), daemon.valuesOf('c')]).toEqual([[], [0, 1, 2, 3, 4, 5, 6, 7, 8]]);
      await daemon.read('c', 20);
      await daemon.kill();
      expect(await daemon.faults()).toEqual([]);
      await daemon.read('c', 21);
      const since = daemon.time.now;
      await daemon.read('c', 22);
      expect(await daemon.undo('c', since)).toEqual({ kind: 'done', inputs: 1 });
      await daemon.save();
      await daemon.read('c', 23);
      // There is a snapshot of the new name: nothing is translated any more, and the former one is free.
      await daemon.kill();
      daemon.durable.residency.discard(idOf('a'));
      daemon.rename = undefined;
      await daemon.read('a', 50);
      await daemon.kill();
      expect([await daemon.faults(), daemon.valuesOf('c'), daemon.valuesOf('a')]).toEqual([
        [],
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 20, 21, 23],
        [50],
      ]);
    },
  );

  it('leaves nothing under its former name, where the medium will not remove that until the start after the next', async () => {
    const daemon = new UndoneLife();
    await daemon.start();
    for (let i = 0; i < 5; i++) await daemon.read('a', i);
    await daemon.save();
    const { remove } = daemon.store;
    let tries = 0;
    daemon.store.remove = async () => {
      tries++;
      throw new StoreError('failed', 'planted');
    };
    await daemon.killRenamed('a', 'c');
    await daemon.read('c', 5);
    await daemon.save();
    await daemon.time.pass(10_000);
    expect(tries).toBeGreaterThan(2);
    expect(daemon.store.snapshots.has(idOf('a'))).toBe(true);
    // The former name is given to another stream, whose note of the rename is gone.
    daemon.rename = undefined;
    await daemon.kill();
    await daemon.read('a', 70);
    expect([await daemon.faults(), daemon.valuesOf('a'), daemon.valuesOf('c')]).toEqual([[], [70], [0, 1, 2, 3, 4, 5]]);
    daemon.store.remove = remove;
    await daemon.kill();
    await daemon.time.pass(10_000);
    await daemon.read('a', 71);
    expect([await daemon.faults(), daemon.valuesOf('a')]).toEqual([[], [70, 71]]);
    expect(daemon.store.snapshots.has(idOf('a'))).toBe(false);
  });
});
