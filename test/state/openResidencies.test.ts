import { describe, expect, it } from 'vitest';
import { toEpochMs } from '../../src/domain/time.ts';
import { RedoLog } from '../../src/state/log/redoLog.ts';
import { openResidencies } from '../../src/state/openResidencies.ts';
import { forgetOf, idOf, sampleOf } from '../pipeline/samples.ts';
import { batchWith } from './log/entries.ts';

const storedAt = (...positions: number[]) => ({
  stream: idOf('a'),
  savedAt: 5,
  generations: positions.map((position, i) => ({ generation: positions.length - i, position, bytes: 7, savedAt: 5 })),
});

function find(stored: readonly ReturnType<typeof storedAt>[], journal: Parameters<typeof batchWith>[0]) {
  const redoLog = new RedoLog(() => 0);
  redoLog.read(batchWith(journal));
  const opening = { streams: stored, lastPosition: journal.length };
  const { residencies, forgotten } = openResidencies({ opening, redoLog }, toEpochMs(9));
  const found = [...residencies].map(([stream, { generations, isWhole }]) => ({ stream, generations, isWhole }));
  return { found, removed: forgotten };
}

describe('openResidencies', () => {
  it('has those with snapshots, and those that the journal alone knows', () => {
    const { found, removed } = find([storedAt(2, 1)], [sampleOf('a', 1), sampleOf('a', 2), sampleOf('b', 3)]);
    expect(found).toEqual([
      { stream: 'a', generations: [2, 1], isWhole: false },
      { stream: 'b', generations: [], isWhole: true },
    ]);
    expect(removed).toEqual([]);
  });

  it('has no snapshots of before they were forgotten', () => {
    const journal = [sampleOf('a', 1), sampleOf('a', 2), forgetOf('a', 3), sampleOf('a', 4), sampleOf('a', 5)];
    expect(find([storedAt(4, 2)], journal)).toEqual({
      found: [{ stream: 'a', generations: [4], isWhole: false }],
      removed: [],
    });
    // The process was killed before they were removed.
    expect(find([storedAt(2, 1)], journal)).toEqual({
      found: [{ stream: 'a', generations: [], isWhole: true }],
      removed: ['a'],
    });
    expect(find([storedAt(2, 1)], journal.slice(0, 3))).toEqual({ found: [], removed: ['a'] });
  });
});
