import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../../src/domain/time.ts';
import {
  beginSnapshot,
  cancelSnapshot,
  endSnapshot,
  newResidency,
  noteInput,
  oldestRedo,
  residencyOf,
  type StreamResidency,
} from '../../src/state/streamResidency.ts';
import { idOf } from '../pipeline/samples.ts';

const storedAs = (position: number) => ({ position, bytes: 100, at: toEpochMs(position) });

function accountWith(...positions: number[]): StreamResidency {
  const residency = newResidency(toEpochMs(5));
  for (const position of positions) noteInput(residency, position);
  return residency;
}

describe('an residency', () => {
  it('begins here, without a snapshot, at its beginning', () => {
    expect(newResidency(toEpochMs(5))).toMatchObject({ phase: 'resident', generations: [], savedAt: 5, newSamples: 0 });
    expect(oldestRedo(newResidency(toEpochMs(5)))).toBeUndefined();
  });

  it('of a stream on the medium knows its generations, newest first', () => {
    const generations = [
      { generation: 4, position: 20, bytes: 300 },
      { generation: 3, position: 10, bytes: 200 },
    ];
    expect(residencyOf({ stream: idOf('a'), savedAt: 7, generations })).toMatchObject({
      ...{ phase: 'stored', generations: [20, 10], bytes: 300, savedAt: 7, newSamples: 0, redoFrom: undefined },
    });
    expect(residencyOf({ stream: idOf('a'), savedAt: 7, generations: [] })).toMatchObject({
      generations: [],
      bytes: 0,
    });
  });

  it('needs the journal from its first sample on, until a snapshot has it', () => {
    const residency = accountWith(3, 8);
    expect([oldestRedo(residency), residency.redoFromPrevious, residency.newSamples]).toEqual([3, 3, 2]);

    const begun = beginSnapshot(residency);
    noteInput(residency, 9);
    expect([oldestRedo(residency), residency.newSamples]).toEqual([3, 1]);

    endSnapshot(residency, begun, storedAs(8));
    expect(residency).toMatchObject({ generations: [8], bytes: 100, savedAt: 8, newSamples: 1, samples: 3 });
    // The samples of the first snapshot are what an older one, if there were one, would lack.
    expect([oldestRedo(residency), residency.redoFromPrevious, residency.underWay]).toEqual([9, 3, undefined]);
  });

  it('keeps two generations, and the older one lacks what the newer one brought', () => {
    const residency = accountWith(1);
    endSnapshot(residency, beginSnapshot(residency), storedAs(1));
    noteInput(residency, 5);
    endSnapshot(residency, beginSnapshot(residency), storedAs(5));
    noteInput(residency, 7);
    endSnapshot(residency, beginSnapshot(residency), storedAs(8));

    expect([residency.generations, residency.redoFromPrevious, oldestRedo(residency)]).toEqual([[8, 5], 7, undefined]);
  });

  it('is as before where a snapshot came to nothing', () => {
    const residency = accountWith(3, 8);
    const begun = beginSnapshot(residency);
    noteInput(residency, 9);
    cancelSnapshot(residency, begun);

    expect([oldestRedo(residency), residency.newSamples, residency.generations]).toEqual([3, 3, []]);
    expect(residency.underWay).toBeUndefined();
  });

  it('lets a later snapshot take the place of one under way: what that one had is in it too', () => {
    const residency = accountWith(3);
    const first = beginSnapshot(residency);
    noteInput(residency, 9);
    const second = beginSnapshot(residency);
    expect([oldestRedo(residency), residency.newSamples]).toEqual([3, 0]);

    cancelSnapshot(residency, first);
    expect(oldestRedo(residency)).toBe(3);
    cancelSnapshot(residency, second);
    expect([oldestRedo(residency), residency.newSamples]).toEqual([3, 2]);
  });

  it('still needs the journal for a later one where the earlier of two arrives', () => {
    const residency = accountWith(3);
    const first = beginSnapshot(residency);
    noteInput(residency, 9);
    const second = beginSnapshot(residency);
    endSnapshot(residency, first, storedAs(3));
    expect([residency.generations, oldestRedo(residency)]).toEqual([[3], 3]);
    endSnapshot(residency, second, storedAs(9));
    expect([residency.generations, oldestRedo(residency)]).toEqual([[9, 3], undefined]);
  });
});
