import { beforeEach, describe, expect, it } from 'vitest';
import { TidegateError } from '../../src/domain/errors.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import { type StateStore, StoreError, type StoreFault, type StoreOpening } from '../../src/domain/stateStore.ts';
import { createReopeningStore } from '../../src/state/reopeningStore.ts';
import { batchOf, readAll, snapshotOf, streamId } from '../contract/stateStoreContract.ts';
import { MeteredStore } from '../support/meteredStore.ts';
import { VirtualTime } from '../support/virtualTime.ts';

/** A medium that can be made to refuse everything. */
class StubbornStore extends MeteredStore {
  /** Fault with which opening is answered. */
  openFault: StoreFault | TidegateError | undefined;
  /** Fault with which every write is answered. */
  fault: StoreFault | undefined;
  opens = 0;
  repairs = 0;
  finishRepair: (() => void) | undefined;

  override async open(): Promise<StoreOpening> {
    this.opens++;
    if (this.openFault instanceof Error) throw this.openFault;
    if (this.openFault !== undefined) throw new StoreError(this.openFault, 'planted');
    return super.open();
  }

  override async append(batch: Parameters<StateStore['append']>[0]): Promise<void> {
    if (this.fault !== undefined) throw new StoreError(this.fault, 'planted');
    await super.append(batch);
  }

  override async repair(): Promise<StoreOpening> {
    this.repairs++;
    await new Promise<void>((resolve) => {
      this.finishRepair = resolve;
    });
    this.fault = undefined;
    return { ...(await super.repair()), movedAside: 'state.sqlite.corrupt-1', backupOf: 0 };
  }
}

let medium: StubbornStore;
let events: DomainEvent[];
let found: TidegateError[];
let store: StateStore;
let time: VirtualTime;
let stop: AbortController;

beforeEach(() => {
  time = new VirtualTime();
  stop = new AbortController();
  medium = new StubbornStore(time.clock);
  events = [];
  found = [];
  store = createReopeningStore({
    store: medium,
    report: (event) => events.push(event),
    delay: time.delay,
    stop: stop.signal,
    onFound: (error) => found.push(error),
  });
});

describe('a patient store', () => {
  it('is the store behind it where that can be opened', async () => {
    await medium.append(batchOf(1, 3));
    await medium.save([snapshotOf('a', 3)]);
    expect(await store.open()).toMatchObject({ lastPosition: 3, streams: [{ stream: 'a' }] });
    await store.append(batchOf(4, 4));
    await store.save([snapshotOf('a', 4)]);
    expect((await readAll(store)).batches).toEqual([batchOf(1, 3), batchOf(4, 4)]);
    expect((await store.load(streamId('a'), 2))?.position).toBe(3);
    expect(await store.list()).toHaveLength(1);
    await store.trim(4);
    await store.remove(streamId('a'));
    await store.backup();
    expect([medium.batches.length, medium.snapshots.size, medium.backups, medium.opens]).toEqual([1, 0, 1, 1]);
    expect([store.traffic(), events, found]).toEqual([medium.traffic(), [], []]);
  });

  it('tells of damage that was found at the start', async () => {
    medium.open = async () => ({ streams: [], lastPosition: 0, movedAside: 'x.corrupt', backupOf: 86_400_000 });
    await store.open();
    expect(events).toEqual([{ type: 'StoreDamaged', movedAside: 'x.corrupt', backupOf: '1970-01-02T00:00:00.000Z' }]);
  });

  it('does not begin where another has the folder, or a newer version wrote it', async () => {
    medium.openFault = new TidegateError('TG_STATE_LOCKED', 'planted');
    await expect(store.open()).rejects.toMatchObject({ code: 'TG_STATE_LOCKED' });
  });

  it('goes on from what can be read on a medium that takes nothing, and says that it takes nothing', async () => {
    await medium.save([snapshotOf('a', 3)]);
    const refusal = { fault: 'full', message: 'no room' } as const;
    const openNow = medium.open.bind(medium);
    medium.open = async () => ({ ...(await openNow()), refusal, warning: 'is shared' });
    expect(await store.open()).toMatchObject({ streams: [{ stream: 'a' }] });
    expect(events).toMatchObject([
      { type: 'StoreShared', warning: 'is shared' },
      { type: 'StoreFailed', fault: 'full', error: { message: 'no room' } },
    ]);
    expect((await store.load(streamId('a')))?.position).toBe(3);
    await store.append(batchOf(4, 4));
    await store.append(batchOf(5, 5));
    expect(events.map(({ type }) => type)).toEqual(['StoreShared', 'StoreFailed', 'StoreRecovered']);
  });

  it('ends the process where another state lies in the place of this one, and asks for nothing any more', async () => {
    await store.open();
    const error = new TidegateError('TG_STATE_RETURNED', 'planted');
    let asked = 0;
    medium.append = async () => {
      asked++;
      throw error;
    };
    await expect(store.append(batchOf(1, 1))).rejects.toThrow('planted');
    await expect(store.append(batchOf(1, 1))).rejects.toThrow(StoreError);
    await expect(store.save([snapshotOf('a', 1)])).rejects.toThrow(StoreError);
    expect([found, asked, medium.snapshots.size]).toEqual([[error], 1, 0]);
  });

  describe('on a medium with a state that cannot be taken', () => {
    beforeEach(() => {
      medium.openFault = new TidegateError('TG_STATE_FAILED', 'belongs to user 0');
    });

    it('waits for it, ever longer, and begins with nothing in its place', async () => {
      let opening: StoreOpening | undefined;
      void store.open().then((found) => {
        opening = found;
      });
      await time.pass(100_000);
      expect(opening).toBeUndefined();
      expect(medium.opens).toBe(8);
      expect(events[0]).toMatchObject({
        type: 'StoreOutOfReach',
        error: { message: 'belongs to user 0' },
        retryIn: 1000,
      });
      medium.openFault = undefined;
      await medium.save([snapshotOf('a', 3)]);
      await time.pass(30_000);
      expect(opening).toMatchObject({ streams: [{ stream: 'a' }] });
    });

    it('stops waiting when it is told to', async () => {
      const opening = store.open();
      opening.catch(() => undefined);
      await time.pass(1500);
      stop.abort();
      await expect(opening).rejects.toMatchObject({ code: 'TG_STATE_FAILED' });
      expect(time.timers).toBe(0);
    });
  });

  describe('on a medium that cannot be opened at the start', () => {
    beforeEach(async () => {
      medium.openFault = 'read-only';
      expect(await store.open()).toEqual({ streams: [], lastPosition: 0 });
    });

    it('says so, knows nothing, and tries again with each request', async () => {
      expect(events).toMatchObject([{ type: 'StoreFailed', fault: 'read-only' }]);
      expect([await store.list(), await readAll(store)]).toEqual([[], { batches: [], damaged: 0 }]);
      await expect(store.append(batchOf(1, 1))).rejects.toMatchObject({ fault: 'read-only' });
      await expect(store.append(batchOf(1, 1))).rejects.toThrow(StoreError);
      expect(medium.opens).toBe(3);
    });

    it('goes on with one that holds nothing, once it can be opened', async () => {
      medium.openFault = undefined;
      await store.append(batchOf(8, 9));
      await store.save([snapshotOf('a', 9)]);
      expect([medium.opens, found]).toEqual([2, []]);
      expect((await readAll(store)).batches).toEqual([batchOf(8, 9)]);
    });

    it('ends the process for what is found on it, once, and writes nothing over it', async () => {
      await medium.save([snapshotOf('a', 4)]);
      medium.openFault = undefined;
      const requests = [
        () => store.save([snapshotOf('a', 1)]),
        () => store.append(batchOf(1, 1)),
        () => store.load(streamId('a')),
        () => store.trim(9),
        () => store.remove(streamId('a')),
      ];
      for (const request of requests) await expect(request()).rejects.toThrow(StoreError);

      expect(found.map(({ code, exit }) => [code, exit])).toEqual([['TG_STATE_RETURNED', 75]]);
      expect(medium.snapshots.get(streamId('a'))).toMatchObject([{ position: 4 }]);
      expect([medium.batches, medium.opens]).toEqual([[], 2]);
    });

    it('ends the process also where there is only a journal', async () => {
      medium.openFault = undefined;
      medium.batches.push(batchOf(1, 4));
      await expect(store.save([snapshotOf('a', 1)])).rejects.toThrow(StoreError);
      expect(found).toHaveLength(1);
    });
  });

  describe('on a medium that is found to be damaged', () => {
    beforeEach(async () => {
      await store.open();
      medium.fault = 'damaged';
    });

    it('has it repaired once for all requests that meet it, each of which is to be repeated', async () => {
      const outcomes = Promise.allSettled([
        store.append(batchOf(1, 1)),
        store.append(batchOf(2, 2)),
        store.append(batchOf(3, 3)),
      ]);
      await new Promise((resolve) => setImmediate(resolve));
      medium.finishRepair?.();

      for (const outcome of await outcomes)
        expect(outcome).toMatchObject({ status: 'rejected', reason: { fault: 'damaged' } });
      expect(medium.repairs).toBe(1);
      expect(events).toEqual([
        { type: 'StoreDamaged', movedAside: 'state.sqlite.corrupt-1', backupOf: '1970-01-01T00:00:00.000Z' },
      ]);
      await store.append(batchOf(1, 1));
      expect(medium.batches).toHaveLength(1);
    });

    it('has it repaired again where it is damaged again', async () => {
      for (let i = 1; i <= 2; i++) {
        medium.fault = 'damaged';
        const append = store.append(batchOf(i, i));
        append.catch(() => undefined);
        await new Promise((resolve) => setImmediate(resolve));
        medium.finishRepair?.();
        await expect(append).rejects.toThrow(StoreError);
      }
      expect(medium.repairs).toBe(2);
    });

    it.each<StoreFault>(['full', 'read-only', 'failed'])('does not repair one that is only %s', async (fault) => {
      medium.fault = fault;
      await expect(store.append(batchOf(1, 1))).rejects.toMatchObject({ fault });
      expect(medium.repairs).toBe(0);
    });
  });
});
