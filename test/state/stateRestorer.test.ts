import { describe, expect, it } from 'vitest';
import type { RestoreOutcome } from '../../src/domain/learnerHost.ts';
import { type StoredSnapshot, StoreError } from '../../src/domain/stateStore.ts';
import { toEpochMs } from '../../src/domain/time.ts';
import { RedoLog } from '../../src/state/log/redoLog.ts';
import { type RestoreResult, StateRestorer } from '../../src/state/stateRestorer.ts';
import { idOf, sampleOf } from '../pipeline/samples.ts';
import { VirtualTime } from '../support/virtualTime.ts';
import { batchWith, forgetEntry } from './log/entries.ts';

const ATTIC = idOf('attic');

const learnerOf = (generation: number): Uint8Array => Uint8Array.of(generation);

const storedAt = (position: number, generation: number): StoredSnapshot => ({
  ...{ stream: ATTIC, position, generation },
  bytes: learnerOf(generation),
});

interface World {
  /** Newest first. */
  readonly snapshots?: readonly StoredSnapshot[];
  /** Outcome by generation; default: restored. */
  readonly outcomes?: Record<number, RestoreOutcome>;
  /** Journal of the attic from position 1 on; its readings bear their position as time. */
  readonly entries?: number;
  /** Number of times that the medium stumbles first. */
  readonly stumbles?: number;
  readonly rereadStumbles?: number;
  readonly forgottenAt?: number;
  /** Inputs from this one on are omitted, by the entry behind the last reading. */
  readonly omittedFrom?: number;
  /** First entry that the journal still has, with its past. */
  readonly from?: number;
}

function worldOf({
  snapshots = [],
  outcomes = {},
  entries = 9,
  forgottenAt = 0,
  omittedFrom,
  from = 1,
  ...trouble
}: World = {}) {
  const time = new VirtualTime();
  const log: string[] = [];
  const readings = Array.from({ length: entries }, (_, i) => sampleOf('attic', i + 1));
  const order = { kind: 'command', stream: ATTIC, at: toEpochMs(0), command: 'omit' } as const;
  const orders = omittedFrom === undefined ? [] : [{ ...order, first: omittedFrom, last: entries }];
  const journal = batchWith([...readings, ...orders]);
  // At the start a tail begins after the second snapshot; after the newest one only where there is no other.
  const redoLog = new RedoLog(() => snapshots.slice(0, 2).at(-1)?.position ?? 0);
  redoLog.read(journal);
  if (forgottenAt > 0) redoLog.read(batchWith([forgetEntry('attic')], forgottenAt));
  const stumbling = (times = 0) => {
    let left = times;
    return (): void => {
      if (left-- > 0) throw new StoreError('failed', 'planted');
    };
  };
  const [stumble, stumbleAtReread] = [stumbling(trouble.stumbles), stumbling(trouble.rereadStumbles)];
  const restorer = new StateRestorer({
    async load(_, below = Number.POSITIVE_INFINITY) {
      log.push(`load ${below}`);
      stumble();
      return snapshots.find(({ generation }) => generation < below);
    },
    async restore(_, learner) {
      log.push(`restore ${learner[0]}`);
      return outcomes[learner[0] as number] ?? 'restored';
    },
    evict: () => undefined,
    async reread(stream, after) {
      log.push(`reread ${after}`);
      stumbleAtReread();
      const found = new RedoLog((id) => (id === stream ? after : Number.POSITIVE_INFINITY));
      found.read(journal);
      return { redoLog: found, from, isWhole: true };
    },
    redoLog,
    delay: time.delay,
  });
  const bring = async (hasSnapshot = true, before = 8): Promise<RestoreResult> => {
    const brought = restorer.restore(ATTIC, { hasSnapshot, before, voidUpTo: () => 0 });
    await time.pass(60_000);
    return { ...(await brought), tail: [...(await brought).tail] };
  };
  return { restorer, bring, log, time };
}

const times = ({ tail }: RestoreResult): number[] => Array.from(tail, ({ at }) => at);

describe('StateRestorer', () => {
  it('restores the newest snapshot, with the way to the learner and the journal after it', async () => {
    const { bring, log } = worldOf({ snapshots: [storedAt(5, 2), storedAt(3, 1)] });
    const brought = await bring();

    expect(brought).toMatchObject({ outcome: 'restored', firstTail: 4 });
    expect(times(brought)).toEqual([6, 7]);
    expect(log).toEqual(['load Infinity', 'restore 2']);
  });

  it('has only the journal where there is no snapshot', async () => {
    const { bring, log } = worldOf();
    const brought = await bring(false, 4);

    expect(brought).toEqual({
      ...{ outcome: 'none', firstTail: 1 },
      tail: [sampleOf('attic', 1), sampleOf('attic', 2), sampleOf('attic', 3)],
    });
    expect(log).toEqual([]);
  });

  it('has only the journal where the medium has nothing any more', async () => {
    const brought = await worldOf({ snapshots: [] }).bring();
    expect([brought.outcome, times(brought)]).toEqual(['none', [1, 2, 3, 4, 5, 6, 7]]);
  });

  it('goes back to the older snapshot where the newer one is damaged, and reads the journal from there', async () => {
    const { bring, log } = worldOf({ snapshots: [storedAt(5, 2), storedAt(3, 1)], outcomes: { 2: 'damaged' } });
    const brought = await bring();

    expect(brought).toMatchObject({ outcome: 'restored' });
    expect(times(brought)).toEqual([4, 5, 6, 7]);
    expect(log).toEqual(['load Infinity', 'restore 2', 'load 2', 'reread 3', 'restore 1']);
  });

  it('goes back also where what was stored is no envelope', async () => {
    const broken = { ...storedAt(5, 2), bytes: Uint8Array.of(9, 9) };
    const { bring, log } = worldOf({ snapshots: [broken, storedAt(3, 1)], outcomes: { 9: 'damaged' } });

    expect(times(await bring())).toEqual([4, 5, 6, 7]);
    expect(log).toEqual(['load Infinity', 'restore 9', 'load 2', 'reread 3', 'restore 1']);
  });

  it('begins anew with what the journal has where all snapshots are damaged', async () => {
    const { bring } = worldOf({
      snapshots: [storedAt(5, 2), storedAt(3, 1)],
      outcomes: { 2: 'damaged', 1: 'damaged' },
    });
    const brought = await bring();

    expect(brought).toMatchObject({ outcome: 'damaged' });
    // What comes before the older snapshot was not kept at the start.
    expect(times(brought)).toEqual([4, 5, 6, 7]);
  });

  it.each(['newer', 'mismatch', 'no-memory'] as const)(
    'of %s carries nothing over and does not go back',
    async (outcome) => {
      const { bring, log } = worldOf({ snapshots: [storedAt(5, 2), storedAt(3, 1)], outcomes: { 2: outcome } });
      const brought = await bring();

      expect(brought).toMatchObject({ outcome });
      expect(times(brought)).toEqual([6, 7]);
      expect(log).toEqual(['load Infinity', 'restore 2']);
    },
  );

  it('does not revive what was forgotten', async () => {
    const { bring, log } = worldOf({ snapshots: [storedAt(5, 2), storedAt(3, 1)], forgottenAt: 20 });
    const brought = await bring(true, 30);

    expect(brought).toEqual({ outcome: 'none', tail: [], firstTail: undefined });
    expect(log).toEqual(['load Infinity']);
  });

  it('takes a snapshot for damaged that is ahead of the input that waits for it', async () => {
    const { bring, log } = worldOf({ snapshots: [storedAt(9, 3), storedAt(5, 2)] });
    expect((await bring()).outcome).toBe('restored');
    expect(log.filter((line) => line.startsWith('restore'))).toHaveLength(1);
  });

  it.each([1, 2, 3])('asks a medium again that stumbles %i times', async (stumbles) => {
    const { bring, log } = worldOf({ snapshots: [storedAt(5, 2)], stumbles });
    expect((await bring()).outcome).toBe('restored');
    expect(log).toHaveLength(stumbles + 2);
  });

  it('waits longer each time, and takes a medium that stumbles four times for unreadable', async () => {
    const { restorer, time, log } = worldOf({ snapshots: [storedAt(5, 2)], stumbles: 100 });
    const brought = restorer.restore(ATTIC, { hasSnapshot: true, before: 8, voidUpTo: () => 0 });
    const asked: number[] = [];
    for (let i = 0; i < 8; i++) {
      asked.push(log.length);
      await time.pass(500);
    }

    expect(asked).toEqual([1, 2, 2, 3, 3, 3, 3, 4]);
    expect(await brought).toMatchObject({ outcome: 'unreadable' });
    expect(times(await brought)).toEqual([6, 7]);
  });

  it('asks again for the journal too', async () => {
    const { bring, log } = worldOf({
      ...{ snapshots: [storedAt(5, 2), storedAt(3, 1)], outcomes: { 2: 'damaged' }, rereadStumbles: 2 },
    });
    expect(times(await bring())).toEqual([4, 5, 6, 7]);
    expect(log.filter((line) => line.startsWith('reread'))).toEqual(['reread 3', 'reread 3', 'reread 3']);
  });

  it('goes back behind snapshots that have learned what is omitted, to one of the past', async () => {
    const snapshots = [storedAt(8, 4), storedAt(6, 3), storedAt(4, 2), storedAt(2, 1)];
    const { bring, log } = worldOf({ snapshots, omittedFrom: 4 });
    expect(times(await bring(true, 20))).toEqual([3]);
    expect(log.filter((line) => line.startsWith('restore'))).toEqual(['restore 1']);
  });

  it('rather keeps what is omitted than to lack what is between', async () => {
    const snapshots = [storedAt(8, 4), storedAt(6, 3), storedAt(2, 1)];
    const { bring, log } = worldOf({ snapshots, omittedFrom: 6, from: 4 });
    expect(await bring(true, 20)).toMatchObject({ outcome: 'restored' });
    expect(log.filter((line) => line.startsWith('restore'))).toEqual(['restore 4']);
  });

  it('goes back by the youngest state that is early enough, whose journal is whole', async () => {
    const snapshots = [storedAt(8, 4), storedAt(6, 3), storedAt(4, 2), storedAt(2, 1)];
    const bases = snapshots.map(({ position }) => ({ position, savedAt: 0, redoFrom: position + 1 }));
    for (const [from, first, restored] of [
      [1, 8, 'restore 3'],
      [1, 6, 'restore 2'],
      [1, 5, 'restore 2'],
      [6, 5, undefined],
    ] as const) {
      const { restorer, log } = worldOf({ snapshots, omittedFrom: first, from });
      const result = await restorer.rewind(ATTIC, { bases: () => bases, first, before: 20 });
      expect([from, first, log.find((line) => line.startsWith('restore'))]).toEqual([from, first, restored]);
      expect(result?.outcome).toBe(restored && 'restored');
    }
  });

  it('brings back what has only just left, from memory', async () => {
    const { restorer, log } = worldOf();
    expect(await restorer.reattach(ATTIC, learnerOf(7))).toEqual({
      ...{ outcome: 'restored', tail: [], firstTail: undefined },
    });
    expect(log).toEqual(['restore 7']);
  });
});
