import { describe, expect, it } from 'vitest';
import type { StoreTraffic } from '../../src/domain/stateStore.ts';
import type { EpochMs } from '../../src/domain/time.ts';
import { Backups } from '../../src/state/backups.ts';
import { beginSnapshot, endSnapshot, newResidency, noteInput } from '../../src/state/streamResidency.ts';
import { WriteBudget } from '../../src/state/writeBudget.ts';
import { idOf } from '../pipeline/samples.ts';
import { VirtualTime } from '../support/virtualTime.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const KIB = 1024;
const START = 10 * HOUR;

/** One stream with two generations of 100 KiB, or none. */
class BackupWorld {
  readonly time: VirtualTime = new VirtualTime(START);
  traffic: StoreTraffic = { bytesWritten: 0, journalBytes: 0, flushes: 0, damaged: 0 };
  made = 0;
  isRefused = false;
  readonly budget: WriteBudget;
  readonly backups: Backups;

  constructor(bytesPerDay: number, { backedUpAt, isEmpty = false }: { backedUpAt?: number; isEmpty?: boolean } = {}) {
    const now = this.time.clock.now();
    const residency = newResidency(now);
    this.budget = new WriteBudget(bytesPerDay, now);
    for (const position of [1, 2]) {
      noteInput(residency, position);
      endSnapshot(residency, beginSnapshot(residency), { position, bytes: 100 * KIB, at: now });
    }
    this.backups = new Backups({
      residencies: new Map(isEmpty ? [] : [[idOf('attic'), residency]]),
      budget: this.budget,
      clock: this.time.clock,
      traffic: () => this.traffic,
      backup: async () => {
        if (this.isRefused) throw new Error('planted');
        this.made++;
      },
      backedUpAt: backedUpAt as EpochMs | undefined,
    });
  }

  /** Something is written before each look, once an hour. @returns how many backups were made so far */
  async after(days: number): Promise<number> {
    for (let hour = 0; hour < 24 * days; hour++) {
      await this.time.pass(HOUR);
      this.traffic = { ...this.traffic, bytesWritten: this.traffic.bytesWritten + 1 };
      this.backups.look(this.time.clock.now());
    }
    return this.made;
  }
}

describe('Backups', () => {
  it('are due once a day', async () => {
    const world = new BackupWorld(1e9, { backedUpAt: START });
    await world.time.pass(DAY - 1);
    world.backups.look(world.time.clock.now());
    expect(world.made).toBe(0);
    expect(await world.after(10)).toBe(10);
  });

  it('are due 1 h after the start without one, else 1 d after the last', async () => {
    expect(await new BackupWorld(1e9).after(1 / 24)).toBe(1);
    const again = new BackupWorld(1e9, { backedUpAt: -12 * HOUR });
    expect(await again.after(1 / 24)).toBe(0);
    expect(await again.after(1 / 24)).toBe(1);
    expect(await again.after(1)).toBe(2);
  });

  it('are not due again where nothing was written since', async () => {
    const world = new BackupWorld(1e9, { backedUpAt: START });
    expect(await world.after(1)).toBe(1);
    await world.time.pass(30 * DAY);
    world.backups.look(world.time.clock.now());
    expect(world.made).toBe(1);
    expect(await world.after(1)).toBe(2);
  });

  it('are due although they cost more than the budget can accumulate, for a quarter of it at most', async () => {
    expect(await new BackupWorld(4 * 256_000).after(10)).toBe(10);
    expect(await new BackupWorld(256_000).after(12)).toBe(3);
  });

  it('are not due in debt, and not where there is nothing', async () => {
    const poor = new BackupWorld(1e6);
    poor.budget.spend(1e9);
    expect(await poor.after(1)).toBe(0);
    expect(await new BackupWorld(1e9, { isEmpty: true }).after(3)).toBe(0);
  });

  it('that came to nothing are tried again on the next day', async () => {
    const world = new BackupWorld(1e9, { backedUpAt: START });
    world.isRefused = true;
    expect(await world.after(1)).toBe(0);
    world.isRefused = false;
    expect(await world.after(1)).toBe(1);
  });
});
