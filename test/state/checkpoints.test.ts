import { describe, expect, it } from 'vitest';
import type { StoreTraffic } from '../../src/domain/stateStore.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { type CheckpointLimits, Checkpoints } from '../../src/state/checkpoints.ts';
import { JournalSize } from '../../src/state/log/journalSize.ts';
import { RedoLog } from '../../src/state/log/redoLog.ts';
import {
  beginSnapshot,
  endSnapshot,
  enterPhase,
  newResidency,
  noteInput,
  type StreamResidency,
} from '../../src/state/streamResidency.ts';
import { WriteBudget } from '../../src/state/writeBudget.ts';
import { idOf, sampleOf } from '../pipeline/samples.ts';
import { settle, VirtualTime } from '../support/virtualTime.ts';
import { batchWith } from './log/entries.ts';

const KIB = 1024;
const HOUR = 3_600_000;
const LIMITS: CheckpointLimits = {
  tick: toDurationMs(10_000),
  snapshotEvery: toDurationMs(HOUR),
  mostNewInputs: 1000,
  mostJournalBytes: 1000 * KIB,
  leastTrimBytes: 40 * KIB,
};

/** Checkpoints with residencies and a medium of the test's. */
class CheckpointWorld {
  readonly time: VirtualTime = new VirtualTime(10 * HOUR);
  readonly residencies: Map<string, StreamResidency> = new Map();
  readonly size: JournalSize = new JournalSize();
  readonly taken: string[][] = [];
  readonly trimmed: number[] = [];
  readonly rewritten: string[] = [];
  readonly redoLog: RedoLog;
  traffic: StoreTraffic = { bytesWritten: 0, journalBytes: 0, flushes: 0, damaged: 0 };
  backups = 0;
  messagesFrom: number | undefined;
  removalsFrom: number | undefined;
  isFailing = false;
  isTrimRefused = false;
  position = 0;
  readonly budget: WriteBudget;
  readonly checkpoints: Checkpoints;

  /** @param journal streams of the journal that was found at the start */
  constructor(bytesPerDay = 1e9, journal: readonly string[] = []) {
    this.budget = new WriteBudget(bytesPerDay, this.time.clock.now());
    this.redoLog = new RedoLog(() => 0);
    if (journal.length > 0) this.redoLog.read(batchWith(journal.map((stream, i) => sampleOf(stream, i))));
    this.position = journal.length;
    this.checkpoints = new Checkpoints({
      residencies: this.residencies as never,
      redoLog: this.redoLog,
      size: this.size,
      budget: this.budget,
      clock: this.time.clock,
      delay: this.time.delay,
      traffic: () => this.traffic,
      messagesFrom: () => this.messagesFrom,
      removalsFrom: () => this.removalsFrom,
      isFailing: () => this.isFailing,
      nextPosition: () => this.position + 1,
      take: (streams) => this.taken.push([...streams]),
      trim: async (position) => {
        this.trimmed.push(position);
        if (this.isTrimRefused) throw new Error('planted');
      },
      rewrite: (stream) => {
        this.rewritten.push(stream);
        this.redoLog.rewrite(stream, () => ++this.position);
      },
      backup: async () => void this.backups++,
      backedUpAt: undefined,
      limits: LIMITS,
    });
  }

  /** Samples of a stream, in a batch of their own of this number of bytes. */
  write(stream: string, samples: number, bytes = 0): StreamResidency {
    let residency = this.residencies.get(stream);
    if (residency === undefined) {
      residency = newResidency(this.time.clock.now());
      this.residencies.set(stream, residency);
    }
    const first = this.position + 1;
    for (let i = 0; i < samples; i++) noteInput(residency, ++this.position);
    this.size.add({ first, last: this.position, bytes: new Uint8Array(bytes) });
    return residency;
  }

  /** The snapshot of a stream reaches the medium. */
  save(stream: string, bytes = 100 * KIB): void {
    const residency = this.residencies.get(stream) as StreamResidency;
    endSnapshot(residency, beginSnapshot(residency), { position: this.position, bytes, at: this.time.clock.now() });
  }

  /** The streams that a look takes. */
  look(): readonly string[] {
    const before = this.taken.length;
    this.checkpoints.tick();
    return this.taken.slice(before).flat();
  }
}

describe('Checkpoints', () => {
  describe('take a stream', () => {
    it('when its snapshot is old, and not before', async () => {
      const world = new CheckpointWorld();
      world.write('attic', 1);
      await world.time.pass(HOUR - 1);
      expect(world.look()).toEqual([]);
      await world.time.pass(1);
      expect(world.look()).toEqual(['attic']);
    });

    it('when it has seen many samples', () => {
      const world = new CheckpointWorld(1);
      world.write('attic', 999);
      expect(world.look()).toEqual([]);
      world.write('attic', 1);
      expect(world.look()).toEqual(['attic']);
    });

    it('never where nothing has come since', async () => {
      const world = new CheckpointWorld();
      world.write('attic', 5000);
      world.save('attic');
      await world.time.pass(100 * HOUR);
      expect(world.look()).toEqual([]);
    });

    it('of which a snapshot is under way, that is away or sealed, not at all', async () => {
      const world = new CheckpointWorld();
      beginSnapshot(world.write('attic', 10));
      world.write('attic', 10);
      enterPhase(world.write('barn', 10), 'stored');
      const restoring = world.write('cellar', 10);
      enterPhase(restoring, 'stored');
      enterPhase(restoring, 'restoring');
      world.write('den', 10).isSealed = true;
      world.write('eaves', 10);
      await world.time.pass(2 * HOUR);
      expect(world.look()).toEqual(['eaves']);
    });

    it('also where its last snapshot was taken by a clock that stood far ahead', () => {
      const world = new CheckpointWorld();
      world.write('attic', 10).savedAt = toEpochMs(1000 * HOUR);
      expect(world.look()).toEqual(['attic']);
    });

    it('at most 32 at once', async () => {
      const world = new CheckpointWorld();
      for (let i = 0; i < 50; i++) world.write(`s${i}`, 1);
      await world.time.pass(HOUR);
      expect(world.look()).toHaveLength(32);
    });
  });

  it('look at their times for as long as they run', async () => {
    const world = new CheckpointWorld();
    world.write('attic', 1000);
    world.checkpoints.start();
    await world.time.pass(25_000);
    expect(world.taken).toEqual([['attic'], ['attic']]);
    world.checkpoints.stop();
    await world.time.pass(HOUR);
    expect([world.taken.length, world.time.timers]).toEqual([2, 0]);
  });

  describe('with a budget', () => {
    it('take those that have seen most, as far as it goes', async () => {
      // Three hours of it are saved up: three snapshots of 100 KiB.
      const world = new CheckpointWorld(8 * 3.1 * 2.1 * 100 * KIB);
      for (const [i, stream] of ['attic', 'barn', 'cellar', 'den', 'eaves'].entries()) {
        world.write(stream, 1);
        world.save(stream);
        world.write(stream, 10 + i);
      }
      await world.time.pass(HOUR);
      expect(world.look()).toEqual(['eaves', 'den', 'cellar']);
    });

    it('take a stream without a snapshot for one of the usual size', async () => {
      const world = new CheckpointWorld(8 * 2.1 * 223 * KIB);
      world.write('attic', 1);
      await world.time.pass(HOUR);
      expect(world.look()).toEqual([]);
      const richer = new CheckpointWorld(8 * 2.1 * 225 * KIB);
      richer.write('attic', 1);
      await richer.time.pass(HOUR);
      expect(richer.look()).toEqual(['attic']);
    });

    it('pay for everything that the store writes, the journal among it', async () => {
      const world = new CheckpointWorld(8e6);
      world.traffic = { bytesWritten: 500_000, journalBytes: 0, flushes: 0, damaged: 0 };
      world.checkpoints.tick();
      expect(world.budget.left(world.time.clock.now())).toBe(500_000);
      world.traffic = { bytesWritten: 540_960, journalBytes: 40_960, flushes: 10, damaged: 0 };
      await world.time.pass(HOUR);
      world.checkpoints.tick();
      // Seven eighths of a day's bytes are given out as time passes.
      expect(world.budget.left(world.time.clock.now())).toBeCloseTo(500_000 + 7e6 / 24 - 40_960);
    });

    it('leave half of it for snapshots, however much the journal takes', async () => {
      const world = new CheckpointWorld(8e6);
      world.traffic = { bytesWritten: 1e6, journalBytes: 0, flushes: 0, damaged: 0 };
      world.checkpoints.tick();
      world.traffic = { bytesWritten: 1e6 + 3600 * 4096, journalBytes: 3600 * 4096, flushes: 3600, damaged: 0 };
      await world.time.pass(HOUR);
      world.checkpoints.tick();
      expect(world.budget.left(world.time.clock.now())).toBeCloseTo(7e6 / 48);
    });

    it('give nothing back where the store begins to count anew', () => {
      const world = new CheckpointWorld(8e6);
      world.traffic = { bytesWritten: 900_000, journalBytes: 0, flushes: 0, damaged: 0 };
      world.checkpoints.tick();
      world.traffic = { bytesWritten: 0, journalBytes: 0, flushes: 0, damaged: 0 };
      world.checkpoints.tick();
      expect(world.budget.left(world.time.clock.now())).toBe(100_000);
    });

    it('name at a stop all that have changed, however little is left of it', () => {
      const world = new CheckpointWorld(1);
      for (const [i, stream] of ['attic', 'barn'].entries()) {
        world.write(stream, 1);
        world.save(stream);
        world.write(stream, 10 + i);
      }
      expect(world.checkpoints.dueAtStop()).toEqual(['barn', 'attic']);
    });
  });

  it('take everything, 32 at a time, after entries of the journal were lost', () => {
    const world = new CheckpointWorld(1);
    for (let i = 0; i < 40; i++) world.write(`s${i}`, 1);
    world.checkpoints.takeAll();
    const first = world.look();
    for (const stream of first) world.save(stream);
    const second = world.look();
    for (const stream of second) world.save(stream);

    expect([first.length, second.length]).toEqual([32, 8]);
    expect(new Set([...first, ...second]).size).toBe(40);
    world.write('s0', 1);
    expect(world.look()).toEqual([]);
  });

  it('take, trim and copy nothing on a medium that fails, and then what was due', async () => {
    const world = new CheckpointWorld();
    world.write('attic', 1000, 100 * KIB);
    world.isFailing = true;
    world.checkpoints.takeAll();
    expect([world.look(), world.trimmed]).toEqual([[], []]);
    world.isFailing = false;
    expect(world.look()).toEqual(['attic']);
  });

  describe('trim the journal', () => {
    it('up to what the older snapshots need', async () => {
      const world = new CheckpointWorld();
      world.write('attic', 10, 50 * KIB);
      world.save('attic');
      world.write('attic', 10, 50 * KIB);
      world.look();
      // There is one snapshot only: in place of an older one the journal is kept from the beginning.
      expect(world.trimmed).toEqual([]);
      world.save('attic');
      world.write('attic', 10, 50 * KIB);
      world.look();
      await settle();
      expect(world.trimmed).toEqual([11]);
      expect(world.size.bytes).toBe(100 * KIB);
    });

    it('not behind what says that snapshots are void which are on the medium still', async () => {
      const world = new CheckpointWorld();
      world.write('attic', 10, 300 * KIB);
      world.save('attic');
      world.write('attic', 10, 300 * KIB);
      world.removalsFrom = 4;
      world.look();
      await settle();
      expect(world.trimmed.filter((position) => position > 4)).toEqual([]);
      world.removalsFrom = undefined;
      world.look();
      await settle();
      expect(world.trimmed.at(-1)).toBe(11);
    });

    it('not for little', () => {
      const world = new CheckpointWorld();
      world.write('attic', 10, 39 * KIB);
      world.save('attic');
      world.save('attic');
      world.write('attic', 1, 50 * KIB);
      world.look();
      expect(world.trimmed).toEqual([]);
    });

    it('up to what the newest snapshots need, where there is little room', async () => {
      const world = new CheckpointWorld();
      world.write('attic', 10, 300 * KIB);
      world.save('attic');
      world.write('attic', 10, 300 * KIB);
      world.look();
      await settle();
      expect(world.trimmed).toEqual([11]);
    });

    it('not beyond the messages that may come again, unless they take half of the room', async () => {
      const world = new CheckpointWorld();
      for (let i = 0; i < 3; i++) world.write('attic', 10, 100 * KIB);
      world.save('attic');
      world.save('attic');
      world.messagesFrom = 15;
      world.look();
      await settle();
      expect(world.trimmed).toEqual([15]);

      for (let i = 0; i < 3; i++) world.write('attic', 10, 200 * KIB);
      world.save('attic');
      world.save('attic');
      world.look();
      expect(world.trimmed).toEqual([15, 41]);
    });

    it('not beyond what is under way, and not twice at once', async () => {
      const world = new CheckpointWorld();
      world.write('attic', 10, 300 * KIB);
      world.save('attic');
      world.write('attic', 10, 300 * KIB);
      beginSnapshot(world.residencies.get('attic') as StreamResidency);
      world.write('attic', 10, 300 * KIB);
      world.look();
      world.look();
      expect(world.trimmed).toEqual([11]);
    });

    it('again at the next look where the medium refused it', async () => {
      const world = new CheckpointWorld();
      world.write('attic', 10, 300 * KIB);
      world.save('attic');
      world.write('attic', 10, 300 * KIB);
      world.isTrimRefused = true;
      world.look();
      await settle();
      world.isTrimRefused = false;
      world.look();
      await settle();
      expect(world.trimmed).toEqual([11, 11]);
      expect(world.size.bytes).toBe(300 * KIB);
    });

    it('not beyond the tail of a stream that has not come back', () => {
      const world = new CheckpointWorld(1e9, ['ghost', 'ghost']);
      world.size.add({ first: 1, last: 2, bytes: new Uint8Array(100 * KIB) });
      world.write('attic', 10, 100 * KIB);
      world.save('attic');
      world.save('attic');
      world.look();
      expect(world.trimmed).toEqual([]);
    });

    it.each<[string, Partial<StreamResidency>]>([
      ['cannot be written over', { isSealed: true }],
      ['was given up on its way to the medium', { phase: 'stored' }],
    ])('also where it holds what a stream has seen whose state %s, once there is little room', async (_, fate) => {
      const world = new CheckpointWorld();
      Object.assign(world.write('den', 1, 100 * KIB), fate);
      world.write('attic', 10, 100 * KIB);
      world.save('attic');
      world.save('attic');
      world.look();
      expect(world.trimmed).toEqual([]);
      world.write('attic', 10, 500 * KIB);
      world.look();
      await settle();
      expect(world.trimmed).toEqual([12]);
    });
  });

  describe('with a journal that is too long', () => {
    it('take those that need its oldest part, whatever it costs', () => {
      const world = new CheckpointWorld(1);
      for (let i = 0; i < 40; i++) world.write(`s${i}`, 1, 20 * KIB);
      expect(world.look()).toEqual(Array.from({ length: 32 }, (_, i) => `s${i}`));
    });

    it('tell redoLog of streams that are away again at its end, so that the beginning can go', async () => {
      const world = new CheckpointWorld(1e9, ['ghost', 'spirit', 'ghost']);
      world.residencies.set('ghost', { ...newResidency(world.time.clock.now()), phase: 'stored' });
      world.residencies.set('spirit', { ...newResidency(world.time.clock.now()), phase: 'restoring' });
      world.size.add({ first: 1, last: 3, bytes: new Uint8Array(400 * KIB) });
      world.write('attic', 10, 400 * KIB);
      world.look();
      expect(world.rewritten).toEqual(['ghost']);
      expect(world.redoLog.firstPosition(idOf('ghost'))).toBe(14);
      // Not again as long as its place is in the newer half.
      world.look();
      expect(world.rewritten).toEqual(['ghost']);
    });
  });

  it('make a backup when it is due, on a medium that works', async () => {
    const world = new CheckpointWorld();
    world.write('attic', 1);
    world.save('attic');
    world.traffic = { ...world.traffic, bytesWritten: 1 };
    world.look();
    expect(world.backups).toBe(0);
    await world.time.pass(HOUR);
    world.isFailing = true;
    world.look();
    expect(world.backups).toBe(0);
    world.isFailing = false;
    world.look();
    expect(world.backups).toBe(1);
  });
});
