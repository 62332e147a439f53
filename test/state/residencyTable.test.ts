import { describe, expect, it } from 'vitest';
import type { StoredStream } from '../../src/domain/stateStore.ts';
import { forgetOf, idOf, labelOf } from '../pipeline/samples.ts';
import { settle } from '../support/virtualTime.ts';
import { LEARNER, TableWorld } from './tableWorld.ts';

const ATTIC = idOf('attic');
const BARN = idOf('barn');

const stored = (stream: string, ...positions: number[]): StoredStream => ({
  stream: idOf(stream),
  savedAt: 500,
  generations: positions.map((position, i) => ({ generation: 9 - i, position, bytes: 10, savedAt: 500 })),
});

describe('ResidencyTable', () => {
  describe('note', () => {
    it('lets samples of a new stream pass, and holds back those of a stored one', () => {
      const world = new TableWorld({ streams: [stored('attic', 50)], journal: ['barn'] });

      expect([world.note('attic'), world.note('barn'), world.note('cellar')]).toEqual([false, false, true]);
      expect([...world.residency.residencies.keys()]).toEqual(['attic', 'barn', 'cellar']);
    });

    it('counts the samples that the snapshots lack', () => {
      const world = new TableWorld();
      world.note('attic');
      world.note('attic');

      expect(world.residency.residencies.get(ATTIC)).toMatchObject({ redoFrom: 101, newInputs: 2, savedAt: 1000 });
    });
  });

  it('makes no residency of a stream that has no reading: a label for it would hold the journal', () => {
    const world = new TableWorld();
    expect(world.residency.note(labelOf('attic', 1), ++world.position)).toBe(true);
    expect(world.residency.residencies.size).toBe(0);
    world.note('attic');
    expect(world.residency.note(labelOf('attic', 2), ++world.position)).toBe(true);
    expect(world.residency.residencies.get(ATTIC)).toMatchObject({ newInputs: 2 });
  });

  describe('a command to forget', () => {
    const forget = (world: TableWorld): boolean => world.residency.note(forgetOf('attic', 1), ++world.position);

    it('voids the snapshots of before, and removes them from the medium', async () => {
      const world = new TableWorld({ streams: [stored('attic', 50)] });
      expect(forget(world)).toBe(false);
      expect(world.removed).toEqual(['attic']);
      expect((await world.residency.restore(ATTIC, world.position)).outcome).toBe('none');
      expect(world.restored).toEqual([]);
    });

    it('voids a snapshot that was under way', async () => {
      const world = new TableWorld();
      world.note('attic');
      const take = world.residency.checkpoint(ATTIC);
      expect(forget(world)).toBe(true);
      take?.(LEARNER);
      await world.residency.settled();
      expect(world.residency.residencies.get(ATTIC)).toMatchObject({ generations: [], voidUpTo: 102 });
      expect(world.saved).toEqual([]);
    });

    it('lets what is learned afterwards be restored', async () => {
      const world = new TableWorld({ streams: [stored('attic', 99)] });
      world.note('attic');
      await world.residency.restore(ATTIC, world.position);
      world.residency.note(forgetOf('attic', 1), 20);
      expect(world.residency.residencies.get(ATTIC)).toMatchObject({ voidUpTo: 20, isSealed: false });
      world.note('attic');
      world.residency.leave(ATTIC)?.(LEARNER);
      await world.residency.settled();
      world.note('attic');
      expect((await world.residency.restore(ATTIC, world.position)).outcome).toBe('restored');
    });
  });

  describe('restore', () => {
    it('brings a stream back, after which its samples pass', async () => {
      const world = new TableWorld({
        streams: [stored('attic', 2)],
        journal: ['attic', 'attic', 'attic', 'barn', 'attic'],
      });
      world.note('attic');
      const result = await world.residency.restore(ATTIC, world.position);

      expect(result).toMatchObject({ outcome: 'restored' });
      expect(Array.from(result.tail, ({ at }) => at)).toEqual([3, 5]);
      expect(world.restored).toEqual([[ATTIC, LEARNER]]);
      expect(world.note('attic')).toBe(true);
      // The journal is needed from the tail on.
      expect(world.residency.residencies.get(ATTIC)).toMatchObject({ redoFrom: 3, redoFromPrevious: 3, newInputs: 4 });
      expect(world.events).toEqual([{ type: 'StreamRestored', stream: ATTIC, replayed: 2 }]);
    });

    it('makes the samples of a stream wait that is coming', async () => {
      const world = new TableWorld({ streams: [stored('attic', 2)] });
      world.note('attic');
      const coming = world.residency.restore(ATTIC, world.position);
      expect(world.note('attic')).toBe(false);
      await coming;
      expect(world.note('attic')).toBe(true);
    });

    it('tells what could not be used, and lets the stream begin anew', async () => {
      const world = new TableWorld({ streams: [stored('attic', 2)], outcome: 'mismatch' });
      world.note('attic');
      await world.residency.restore(ATTIC, world.position);

      expect(world.events).toEqual([{ type: 'StateRefused', stream: ATTIC, outcome: 'mismatch' }]);
      expect(world.note('attic')).toBe(true);
    });

    it('asks again later where there was no memory', async () => {
      const world = new TableWorld({ streams: [stored('attic', 2)], outcome: 'no-memory' });
      world.note('attic');
      expect((await world.residency.restore(ATTIC, world.position)).outcome).toBe('no-memory');
      // Its snapshot is read once a minute, not for each sample.
      for (const [after, reads] of [
        [59_999, 1],
        [1, 2],
      ] as const) {
        await world.time.pass(after);
        expect(world.note('attic')).toBe(false);
        expect((await world.residency.restore(ATTIC, world.position)).outcome).toBe('no-memory');
        expect(world.restored).toHaveLength(reads);
      }
      expect([world.note('attic'), world.events]).toEqual([false, []]);
    });

    it('never writes over what only a newer version can read', async () => {
      const world = new TableWorld({ streams: [stored('attic', 2)], outcome: 'newer' });
      world.note('attic');
      await world.residency.restore(ATTIC, world.position);
      world.note('attic');

      expect(world.residency.checkpoint(ATTIC)).toBeUndefined();
      expect(world.residency.leave(ATTIC)).toBeUndefined();
      expect([world.saved, world.forgotten]).toEqual([[], []]);
    });
  });

  describe('checkpoint', () => {
    it('stores learner and way in one piece, with the position of that moment', async () => {
      const world = new TableWorld();
      world.note('attic');
      const take = world.residency.checkpoint(ATTIC);
      world.note('attic');
      take?.(LEARNER);
      await world.residency.settled();

      expect(world.saved).toHaveLength(1);
      expect(world.saved[0]).toMatchObject({ stream: ATTIC, position: 101 });
      expect(world.saved[0]?.bytes).toEqual(LEARNER);
      expect(world.events).toEqual([{ type: 'SnapshotSaved', stream: ATTIC }]);
      expect(world.residency.residencies.get(ATTIC)).toMatchObject({
        generations: [101],
        redoFrom: 102,
        newInputs: 1,
      });
    });

    it('is never ahead of the journal', async () => {
      const world = new TableWorld();
      world.note('attic');
      world.durable = 100;
      world.residency.checkpoint(ATTIC)?.(LEARNER);
      await world.time.pass(5000);
      expect(world.saved).toEqual([]);
      world.durable = 101;
      await world.time.pass(20);
      expect(world.saved).toHaveLength(1);
    });

    it('ends the process where it would be ahead of the journal all the same', async () => {
      const world = new TableWorld();
      world.note('attic');
      world.durable = 100;
      world.isLying = true;
      const others = process.listeners('unhandledRejection');
      process.removeAllListeners('unhandledRejection');
      const error = new Promise((resolve) => process.once('unhandledRejection', resolve));
      world.residency.checkpoint(ATTIC)?.(LEARNER);
      expect(await error).toMatchObject({ code: 'TG_INTERNAL' });
      for (const listener of others) process.on('unhandledRejection', listener);
      expect(world.saved).toEqual([]);
    });

    it('is one at a time for a stream, and of nothing for one that nobody knows', () => {
      const world = new TableWorld();
      world.note('attic');
      expect(world.residency.checkpoint(BARN)).toBeUndefined();
      expect(world.residency.checkpoint(ATTIC)).toBeDefined();
      expect(world.residency.checkpoint(ATTIC)).toBeUndefined();
    });

    it('comes to nothing on a medium that refuses it, and can be taken again', async () => {
      const world = new TableWorld();
      world.note('attic');
      world.isFull = true;
      world.residency.checkpoint(ATTIC)?.(LEARNER);
      await world.residency.settled();
      expect(world.events).toMatchObject([{ type: 'SnapshotFailed', stream: ATTIC, error: { fault: 'full' } }]);
      expect(world.residency.residencies.get(ATTIC)).toMatchObject({ redoFrom: 101, newInputs: 1, generations: [] });

      world.isFull = false;
      world.residency.checkpoint(ATTIC)?.(LEARNER);
      await world.residency.settled();
      expect(world.saved).toHaveLength(1);
    });

    it('comes to nothing where there is no learner', async () => {
      const world = new TableWorld();
      world.note('attic');
      world.residency.checkpoint(ATTIC)?.(undefined);
      await world.residency.settled();
      expect([world.saved, world.residency.residencies.get(ATTIC)?.newInputs]).toEqual([[], 1]);
    });
  });

  describe('leave', () => {
    it('stores a stream that makes room, and recalls it from the medium once it is there', async () => {
      const world = new TableWorld();
      world.note('attic');
      world.residency.leave(ATTIC)?.(LEARNER);
      await world.residency.settled();
      expect(world.saved).toHaveLength(1);

      expect(world.note('attic')).toBe(false);
      expect((await world.residency.restore(ATTIC, world.position)).outcome).toBe('restored');
    });

    it('gives a stream back from memory that comes again before the medium has it', async () => {
      const world = new TableWorld();
      world.note('attic');
      world.isFull = true;
      world.residency.leave(ATTIC)?.(Uint8Array.of(7));
      await world.time.pass(5000);
      expect(world.note('attic')).toBe(false);
      expect(await world.residency.restore(ATTIC, world.position)).toMatchObject({
        outcome: 'restored',
        tail: [],
      });
      expect(world.restored).toEqual([[ATTIC, Uint8Array.of(7)]]);

      // It is here again: nobody mustRetry on what it was before, and the journal still has all of it.
      world.isFull = false;
      await world.time.pass(5000);
      expect(world.saved).toEqual([]);
      expect(world.residency.residencies.get(ATTIC)).toMatchObject({ phase: 'resident', redoFrom: 101, newInputs: 2 });
    });

    it('never stores an older state after a newer one', async () => {
      const world = new TableWorld();
      world.isFull = true;
      world.note('attic');
      world.residency.leave(ATTIC)?.(LEARNER);
      await world.time.pass(1500);
      world.note('attic');
      await world.residency.restore(ATTIC, world.position);
      world.isFull = false;
      world.residency.leave(ATTIC)?.(LEARNER);
      await world.time.pass(10_000);

      expect(world.saved.map(({ position }) => position)).toEqual([102]);
      expect(world.residency.residencies.get(ATTIC)).toMatchObject({
        generations: [102],
        redoFrom: undefined,
        newInputs: 0,
      });
    });

    it('waits for a state that is still on its way out of the learner', async () => {
      const world = new TableWorld();
      world.note('attic');
      const take = world.residency.leave(ATTIC);
      world.note('attic');
      const coming = world.residency.restore(ATTIC, world.position);
      await settle();
      expect(world.restored).toEqual([]);
      take?.(Uint8Array.of(8));
      expect(await coming).toMatchObject({ outcome: 'restored' });
    });

    it('offers the state every two seconds until the medium takes it', async () => {
      const world = new TableWorld();
      world.note('attic');
      world.isFull = true;
      world.residency.leave(ATTIC)?.(LEARNER);
      await world.time.pass(7000);
      expect(world.ofType('SnapshotFailed')).toHaveLength(4);
      world.isFull = false;
      await world.time.pass(2000);
      expect([world.saved.length, world.time.timers]).toEqual([1, 0]);
    });

    it('gives each of a thousand back that leave at once, before the learner has given the first', async () => {
      const world = new TableWorld();
      const streams = Array.from({ length: 1000 }, (_, i) => `s${i}`);
      for (const stream of streams) world.note(stream);
      const takes = streams.map((stream) => world.residency.leave(idOf(stream)));
      for (const stream of streams) world.note(stream);
      const coming = streams.map((stream) => world.residency.restore(idOf(stream), world.position));
      await settle();
      takes.forEach((take, i) => void take?.(Uint8Array.of(i & 0xff, i >> 8)));
      expect((await Promise.all(coming)).map(({ outcome }) => outcome)).toEqual(streams.map(() => 'restored'));
      expect(world.restored).toEqual(streams.map((stream, i) => [stream, Uint8Array.of(i & 0xff, i >> 8)]));
    });

    it('forgets a stream that has seen too little, in the journal too', () => {
      const world = new TableWorld({ leastSamples: 3 });
      for (const stream of ['attic', 'attic', 'barn', 'barn', 'barn']) world.note(stream);

      expect(world.residency.leave(ATTIC)).toBeUndefined();
      expect(world.residency.leave(BARN)).toBeDefined();
      expect(world.forgotten).toEqual([ATTIC]);
      expect(world.note('attic')).toBe(true);
      expect(world.residency.leave(idOf('nobody'))).toBeUndefined();
    });

    it('counts what a stream has learned in former lives', async () => {
      const world = new TableWorld({ streams: [stored('attic', 2)], leastSamples: 200 });
      world.note('attic');
      await world.residency.restore(ATTIC, world.position);
      expect(world.residency.leave(ATTIC)).toBeDefined();
    });
  });
});
