import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toDurationMs } from '../../../src/domain/time.ts';
import { sampleOf } from '../../pipeline/samples.ts';
import { settle } from '../../support/virtualTime.ts';
import { entriesOf } from './entries.ts';
import { JournalMedium } from './medium.ts';

/** True in `isDone` once the promise has resolved. */
function watch(promise: Promise<void>): { isDone: boolean } {
  const watched = { isDone: false };
  void promise.then(() => {
    watched.isDone = true;
  });
  return watched;
}

describe('Journal', () => {
  it('commits what came within an interval as one batch, the first entry waiting no longer than that', async () => {
    const { journal, time, ...medium } = new JournalMedium({ position: 41 });
    journal.add(sampleOf('attic', 1));
    await time.pass(600);
    journal.add(sampleOf('attic', 2));
    await time.pass(399);
    expect(medium.taken).toEqual([]);
    await time.pass(1);

    expect(medium.offered).toEqual([1000]);
    expect(medium.taken.flatMap(entriesOf)).toEqual([
      [42, sampleOf('attic', 1)],
      [43, sampleOf('attic', 2)],
    ]);
    expect([journal.position, journal.durable]).toEqual([43, 43]);
  });

  it('asks for nothing and keeps no timer while nothing comes', async () => {
    const { time, offered } = new JournalMedium();
    await time.pass(86_400_000);

    expect([offered, time.timers]).toEqual([[], 0]);
  });

  it('commits at once when there are enough entries', async () => {
    const medium = new JournalMedium({ mostEntries: 3 });
    medium.add(7);
    await settle();

    expect(medium.offered).toEqual([0, 0]);
    expect(medium.ranges).toEqual([
      [1, 3],
      [4, 7],
    ]);
    expect(medium.time.timers).toBe(0);
  });

  it('has one batch under way at a time; what comes meanwhile goes with the next', async () => {
    const medium = new JournalMedium({ mostEntries: 2 });
    medium.isSlow = true;
    medium.add(2);
    medium.add(5);
    await medium.time.pass(60_000);
    expect(medium.offered).toEqual([0]);

    await medium.finish();
    expect(medium.offered).toEqual([0, 60_000]);
    medium.add(1);
    await medium.finish();
    await medium.time.pass(999);
    expect(medium.offered).toHaveLength(2);
    await medium.time.pass(1);
    await medium.finish();
    expect(medium.ranges).toEqual([
      [1, 2],
      [3, 7],
      [8, 8],
    ]);
  });

  it('hurries: at once, or as soon as the batch under way is through', async () => {
    const medium = new JournalMedium();
    medium.isSlow = true;
    medium.add();
    medium.journal.commitSoon();
    medium.add();
    medium.journal.commitSoon();
    await settle();
    expect(medium.offered).toEqual([0]);
    await medium.finish();

    expect(medium.offered).toEqual([0, 0]);
    expect(medium.ranges).toEqual([[1, 1]]);
  });

  it('runs what waits for the medium in order, each once its entries are there', async () => {
    const medium = new JournalMedium();
    medium.isSlow = true;
    const acks: string[] = [];
    medium.journal.whenDurable(() => acks.push('nothing to wait for'));
    medium.add();
    medium.journal.whenDurable(() => acks.push('1'));
    medium.journal.whenDurable(() => acks.push('1 too'));
    medium.journal.commitSoon();
    medium.add();
    medium.journal.whenDurable(() => acks.push('2'));
    expect([acks, medium.journal.waiting]).toEqual([['nothing to wait for'], 3]);

    await medium.finish();
    expect([acks, medium.journal.waiting]).toEqual([['nothing to wait for', '1', '1 too'], 1]);
    await medium.time.pass(1000);
    await medium.finish();
    expect(acks.at(-1)).toBe('2');
  });

  it('acknowledges in order, and nothing before it is durable, for any sequence of faults', async () => {
    const action = fc.oneof(
      { weight: 5, arbitrary: fc.constant('add' as const) },
      { weight: 3, arbitrary: fc.constantFrom('pass', 'finish', 'hurry') },
      { weight: 1, arbitrary: fc.constantFrom('fault', 'repaired', 'flush') },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        async (all, mostEntries) => {
          const medium = new JournalMedium({ mostEntries });
          medium.isSlow = true;
          const acks: number[] = [];
          const end = (): number => medium.taken.at(-1)?.last ?? 0;
          for (const one of all) {
            if (one === 'add') {
              medium.add();
              const { position } = medium.journal;
              medium.journal.whenDurable(() => {
                expect(position).toBeLessThanOrEqual(end());
                acks.push(position);
              });
            } else if (one === 'pass') await medium.time.pass(700);
            else if (one === 'finish') await medium.finish();
            else if (one === 'hurry') medium.journal.commitSoon();
            else if (one === 'flush') void medium.journal.flush();
            else medium.fault = one === 'fault' ? 'full' : undefined;
          }
          medium.fault = undefined;
          medium.isSlow = false;
          await medium.finish();
          await medium.time.pass(60_000);

          const count = medium.journal.position;
          expect(acks).toEqual(Array.from({ length: count }, (_, i) => i + 1));
          expect(medium.taken.flatMap(entriesOf).map(([position]) => position)).toEqual(acks);
          expect([medium.journal.durable, medium.time.timers]).toEqual([count, 0]);
        },
      ),
      { numRuns: 100 },
    );
  });

  describe('on a medium that fails', () => {
    it('offers the same batch again after 1, 2, 4 … 30 s, tells of each time, and of the end of it', async () => {
      const medium = new JournalMedium();
      medium.fault = 'full';
      medium.add();
      await medium.time.pass(1000);
      medium.add();
      medium.journal.commitSoon();
      await medium.time.pass(120_000);
      expect(medium.retries).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
      expect(medium.offered).toEqual([1, 2, 4, 8, 16, 32, 62, 92].map((seconds) => 1000 * seconds));
      expect(medium.events[0]).toMatchObject({ type: 'StoreFailed', fault: 'full' });
      expect(medium.journal.isFailing).toBe(true);

      medium.fault = undefined;
      await medium.time.pass(3000);
      expect(medium.ranges).toEqual([
        [1, 1],
        [2, 2],
      ]);
      expect(medium.events.at(-1)).toEqual({ type: 'StoreRecovered' });
      expect(medium.journal.isFailing).toBe(false);
    });

    it('begins the back-off anew at the next failure', async () => {
      const medium = new JournalMedium();
      for (let i = 0; i < 2; i++) {
        medium.fault = 'read-only';
        medium.add();
        await medium.time.pass(5000);
        medium.fault = undefined;
        await medium.time.pass(60_000);
      }
      expect(medium.retries).toEqual([1000, 2000, 4000, 1000, 2000, 4000]);
    });

    it('calls what is no StoreError a failure too', async () => {
      const medium = new JournalMedium({ append: () => Promise.reject(new Error('planted')) });
      medium.add();
      await medium.time.pass(1000);
      expect(medium.events).toMatchObject([{ type: 'StoreFailed', fault: 'failed', retryIn: 1000 }]);
    });

    it('holds acknowledgements back with stop_ack', async () => {
      const medium = new JournalMedium();
      medium.fault = 'full';
      const acks: string[] = [];
      medium.add();
      medium.journal.whenDurable(() => acks.push('before'));
      await medium.time.pass(5000);
      medium.add();
      medium.journal.whenDurable(() => acks.push('meanwhile'));
      await medium.time.pass(5000);
      expect([acks, medium.journal.waiting]).toEqual([[], 2]);

      medium.fault = undefined;
      await medium.time.pass(60_000);
      expect(acks).toEqual(['before', 'meanwhile']);
    });

    it('gives them all the same with continue_unsafe, and waits again afterwards', async () => {
      const medium = new JournalMedium({ onFault: 'continue_unsafe' });
      medium.fault = 'full';
      const acks: string[] = [];
      medium.add();
      medium.journal.whenDurable(() => acks.push('before'));
      expect(acks).toEqual([]);
      await medium.time.pass(1000);
      medium.add();
      medium.journal.whenDurable(() => acks.push('meanwhile'));
      expect(acks).toEqual(['before', 'meanwhile']);

      medium.fault = undefined;
      await medium.time.pass(60_000);
      medium.add();
      medium.journal.whenDurable(() => acks.push('after'));
      expect(acks).toHaveLength(2);
      expect(medium.ranges.at(-1)).toEqual([2, 2]);
    });

    it('gives up what waits beyond 4 MiB where no acknowledgement depends on it, and never uses a position twice', async () => {
      const medium = new JournalMedium({ mostEntries: 1_000_000 });
      medium.fault = 'full';
      medium.add();
      await medium.time.pass(1000);
      medium.add((4 * 1024 * 1024) / 19 + 1000);
      expect(medium.events.filter(({ type }) => type === 'JournalLost')).toHaveLength(1);
      const { position } = medium.journal;
      expect([position > 221_000, medium.lost]).toEqual([true, 0]);

      medium.fault = undefined;
      await medium.time.pass(60_000);
      expect(medium.lost).toBe(1);
      medium.add();
      await medium.time.pass(1000);
      expect(medium.ranges[0]).toEqual([1, 1]);
      expect(medium.ranges.at(-1)).toEqual([position + 1, position + 1]);
      expect(medium.ranges[1]?.[0]).toBeGreaterThan(220_000);
      expect(medium.journal.durable).toBe(position + 1);
    });

    it('leaves free entries out beyond 4 MiB where others wait for acknowledgements, once they are told, and says so', async () => {
      const medium = new JournalMedium({ mostEntries: 1_000_000 });
      const free = (at: number) => medium.journal.appendBestEffort(sampleOf('attic', at));
      const acks: string[] = [];
      medium.fault = 'full';
      medium.add();
      medium.journal.whenDurable(() => acks.push('first'));
      await medium.time.pass(1000);
      for (let i = 0; i < (4 * 1024 * 1024) / 19 + 5000; i++) free(i);
      medium.add();
      medium.journal.whenDurable(() => acks.push('second'));
      for (let i = 0; i < 100; i++) free(i);
      expect(medium.events.filter(({ type }) => type === 'JournalLost')).toHaveLength(1);

      medium.fault = undefined;
      await medium.time.pass(60_000);
      expect([acks, medium.lost]).toEqual([['first', 'second'], 1]);
      const [, entries = []] = medium.taken.map(entriesOf);
      const { position, durable } = medium.journal;
      // Its last entry is the one that had to be kept; the positions of the others are free.
      expect([entries.at(-1)?.[0], durable]).toEqual([position - 100, position]);
      expect(medium.taken[1]?.bytes.length).toBeLessThan(4.1 * 1024 * 1024);
      free(1);
      await medium.time.pass(1000);
      expect(medium.ranges.at(-1)).toEqual([position + 1, position + 1]);
    });

    it('tells how many bytes are not on the medium', async () => {
      const medium = new JournalMedium({ mostEntries: 1_000_000, mostBytes: 10_000 });
      const told = (): number => medium.journal.pendingBytes;
      expect(told()).toBe(0);
      medium.isSlow = true;
      medium.add(100);
      await medium.time.pass(1000);
      const underWay = told();
      expect(underWay).toBeGreaterThan(100 * 19);
      medium.add(100);
      expect(told()).toBe(2 * underWay);
      await medium.finish();
      expect(told()).toBe(underWay);
    });

    it('gives up nothing that an acknowledgement waits for', async () => {
      const medium = new JournalMedium({ mostEntries: 1_000_000 });
      medium.fault = 'full';
      medium.add();
      medium.journal.whenDurable(() => undefined);
      medium.add((4 * 1024 * 1024) / 19 + 1000);
      await medium.time.pass(60_000);
      expect(medium.lost).toBe(0);
      medium.fault = undefined;
      await medium.time.pass(60_000);
      expect(medium.ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0)).toBe(medium.journal.position);
    });
  });

  describe('reaches', () => {
    it('resolves at once for what is on the medium', async () => {
      const medium = new JournalMedium({ position: 5 });
      const reached = watch(medium.journal.untilDurable(5));
      await settle();
      expect([reached.isDone, medium.offered]).toEqual([true, []]);
    });

    it('commits without delay, and waits through failures', async () => {
      const medium = new JournalMedium();
      medium.fault = 'full';
      medium.add(2);
      const reached = watch(medium.journal.untilDurable(1));
      await medium.time.pass(10_000);
      expect([medium.offered[0], reached.isDone]).toEqual([0, false]);
      medium.fault = undefined;
      await medium.time.pass(30_000);
      expect(reached.isDone).toBe(true);
    });

    it('does not depend on continue_unsafe: a snapshot may not be ahead of the journal', async () => {
      const medium = new JournalMedium({ onFault: 'continue_unsafe' });
      medium.fault = 'full';
      medium.add();
      const reached = watch(medium.journal.untilDurable(1));
      await medium.time.pass(10_000);
      expect(reached.isDone).toBe(false);
    });

    it('does not wait for what was given up', async () => {
      const medium = new JournalMedium({ mostEntries: 1_000_000, commitInterval: toDurationMs(1e9) });
      medium.add((4 * 1024 * 1024) / 19);
      while (!medium.events.some(({ type }) => type === 'JournalLost')) medium.add();
      const reached = watch(medium.journal.untilDurable(medium.journal.position));
      const flushed = watch(medium.journal.flush());
      await settle();
      expect([reached.isDone, flushed.isDone, medium.taken]).toEqual([true, true, []]);
    });
  });

  describe('flush', () => {
    it('resolves when all is on the medium, what came during a commit included', async () => {
      const medium = new JournalMedium();
      medium.isSlow = true;
      medium.add();
      medium.journal.commitSoon();
      medium.add();
      const flushed = watch(medium.journal.flush());
      await medium.finish();
      expect(flushed.isDone).toBe(false);
      await medium.finish();
      expect([flushed.isDone, medium.ranges.length]).toEqual([true, 2]);
      const again = watch(medium.journal.flush());
      await settle();
      expect([again.isDone, medium.offered.length]).toEqual([true, 2]);
    });

    it('resolves when the medium refuses it, and does not wait for the next try', async () => {
      const medium = new JournalMedium();
      medium.fault = 'full';
      medium.add();
      await medium.time.pass(3000);
      const flushed = watch(medium.journal.flush());
      await settle();
      expect([flushed.isDone, medium.offered]).toEqual([true, [1000, 2000, 3000]]);
    });
  });

  it('does nothing any more once it is closed', async () => {
    const medium = new JournalMedium();
    medium.isSlow = true;
    const acks: string[] = [];
    medium.add();
    medium.journal.whenDurable(() => acks.push('1'));
    medium.journal.commitSoon();
    medium.add();
    medium.journal.close();
    await medium.finish();
    medium.add();
    medium.journal.commitSoon();
    const flushed = watch(medium.journal.flush());
    await medium.time.pass(60_000);

    expect([acks, medium.offered, medium.time.timers]).toEqual([[], [0], 0]);
    expect(flushed.isDone).toBe(true);
  });
});
