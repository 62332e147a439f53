import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../../src/domain/time.ts';
import {
  beginSnapshot,
  cancelSnapshot,
  endSnapshot,
  enterPhase,
  newResidency,
  noteAdopted,
  noteAdoptedBefore,
  noteBase,
  noteForgotten,
  noteInput,
  noteOmitted,
  oldestRedo,
  residencyOf,
  type StreamResidency,
} from '../../src/state/streamResidency.ts';
import { idOf } from '../pipeline/samples.ts';

const storedAs = (position: number) => ({ position, bytes: 100, at: toEpochMs(position) });

function residencyWith(...positions: number[]): StreamResidency {
  const residency = newResidency(toEpochMs(5));
  for (const position of positions) noteInput(residency, position);
  return residency;
}

describe('a residency', () => {
  it('begins here, without a snapshot, at its beginning', () => {
    expect(newResidency(toEpochMs(5))).toMatchObject({ phase: 'resident', generations: [], savedAt: 5, newInputs: 0 });
    expect(oldestRedo(newResidency(toEpochMs(5)))).toBeUndefined();
  });

  it('of a stream on the medium knows its generations, newest first', () => {
    const generations = [
      { generation: 4, position: 20, bytes: 300, savedAt: 7 },
      { generation: 3, position: 10, bytes: 200, savedAt: 6 },
    ];
    expect(residencyOf({ stream: idOf('a'), savedAt: 7, generations })).toMatchObject({
      ...{ phase: 'stored', generations: [20, 10], bytes: 300, savedAt: 7, newInputs: 0, redoFrom: undefined },
    });
    expect(residencyOf({ stream: idOf('a'), savedAt: 7, generations: [] })).toMatchObject({
      generations: [],
      bytes: 0,
    });
  });

  it('needs the order for another state until the states of before are gone', () => {
    const residency = residencyWith(1, 2);
    noteAdopted(residency, storedAs(3));
    expect(residency).toMatchObject({ generations: [3], redoFrom: 3, redoFromPrevious: 3, isWhole: false });
    expect(residency.newInputs).toBeGreaterThan(0);
  });

  it.each([
    ['done', [8], [9, 8]],
    ['not done', [7], [9, 8, 5]],
    ['not done after one that was', [5, 7], [9, 8, 5]],
  ] as const)('of a start goes back no further than an order for another state that was %s', (_, orders, left) => {
    const residency = { ...newResidency(toEpochMs(5)), generations: [9, 8, 5] };
    noteAdoptedBefore(residency, orders);
    expect(residency.generations).toEqual(left);
  });

  it('that goes on from an older snapshot needs the whole journal since then', () => {
    const residency = { ...residencyWith(30), generations: [20, 10] };
    expect([noteBase(residency, 20), noteBase(residency, 10), residency.generations]).toEqual([false, true, [10]]);
    noteOmitted(residency, { at: 40, base: 10 });
    expect([residency.redoFrom, residency.redoFromPrevious, residency.omittedAt]).toEqual([11, 11, 40]);
  });

  it.each([
    ['resident', 'restoring'],
    ['resident', 'resident'],
    ['stored', 'resident'],
    ['stored', 'stored'],
    ['restoring', 'restoring'],
  ] as const)('that is %s never becomes %s', (before, after) => {
    const residency = newResidency(toEpochMs(5), before);
    expect(() => enterPhase(residency, after)).toThrow(expect.objectContaining({ code: 'TG_INTERNAL' }));
    expect(residency.phase).toBe(before);
  });

  it('goes from the medium into memory and back, or stays on the medium where there is no room', () => {
    const residency = newResidency(toEpochMs(5), 'stored');
    for (const phase of ['restoring', 'stored', 'restoring', 'resident', 'stored'] as const) {
      enterPhase(residency, phase);
      expect(residency.phase).toBe(phase);
    }
  });

  it('needs no journal after a command to forget, whether or not a snapshot is under way', () => {
    for (const end of ['saved', 'cancelled'] as const) {
      const residency = residencyWith(3, 8);
      const begun = beginSnapshot(residency);
      noteInput(residency, 9);
      noteForgotten(residency, 9);
      if (end === 'saved') endSnapshot(residency, begun, storedAs(8));
      else cancelSnapshot(residency, begun);
      expect([oldestRedo(residency), residency.redoFromPrevious, residency.newInputs]).toEqual([
        undefined,
        undefined,
        0,
      ]);
      noteInput(residency, 12);
      expect([oldestRedo(residency), residency.voidUpTo]).toEqual([12, 9]);
    }
  });

  it('needs the journal from its first sample on, until a snapshot has it', () => {
    const residency = residencyWith(3, 8);
    expect([oldestRedo(residency), residency.redoFromPrevious, residency.newInputs]).toEqual([3, 3, 2]);

    const begun = beginSnapshot(residency);
    noteInput(residency, 9);
    expect([oldestRedo(residency), residency.newInputs]).toEqual([3, 1]);

    endSnapshot(residency, begun, storedAs(8));
    expect(residency).toMatchObject({ generations: [8], bytes: 100, savedAt: 8, newInputs: 1, inputs: 3 });
    // The samples of the first snapshot are what an older one, if there were one, would lack.
    expect([oldestRedo(residency), residency.redoFromPrevious, residency.underWay]).toEqual([9, 3, undefined]);
  });

  it('keeps two generations, and the older one lacks what the newer one brought', () => {
    const residency = residencyWith(1);
    endSnapshot(residency, beginSnapshot(residency), storedAs(1));
    noteInput(residency, 5);
    endSnapshot(residency, beginSnapshot(residency), storedAs(5));
    noteInput(residency, 7);
    endSnapshot(residency, beginSnapshot(residency), storedAs(8));

    expect([residency.generations, residency.redoFromPrevious, oldestRedo(residency)]).toEqual([[8, 5], 7, undefined]);
  });

  it('is as before where a snapshot came to nothing', () => {
    const residency = residencyWith(3, 8);
    const begun = beginSnapshot(residency);
    noteInput(residency, 9);
    cancelSnapshot(residency, begun);

    expect([oldestRedo(residency), residency.newInputs, residency.generations]).toEqual([3, 3, []]);
    expect(residency.underWay).toBeUndefined();
  });

  it('replaces a snapshot under way by a later one, which covers both', () => {
    const residency = residencyWith(3);
    const first = beginSnapshot(residency);
    noteInput(residency, 9);
    const second = beginSnapshot(residency);
    expect([oldestRedo(residency), residency.newInputs]).toEqual([3, 0]);

    cancelSnapshot(residency, first);
    expect(oldestRedo(residency)).toBe(3);
    cancelSnapshot(residency, second);
    expect([oldestRedo(residency), residency.newInputs]).toEqual([3, 2]);
  });

  it('still needs the journal for a later one where the earlier of two arrives', () => {
    const residency = residencyWith(3);
    const first = beginSnapshot(residency);
    noteInput(residency, 9);
    const second = beginSnapshot(residency);
    endSnapshot(residency, first, storedAs(3));
    expect([residency.generations, oldestRedo(residency)]).toEqual([[3], 3]);
    endSnapshot(residency, second, storedAs(9));
    expect([residency.generations, oldestRedo(residency)]).toEqual([[9, 3], undefined]);
  });
});
