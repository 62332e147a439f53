import { describe, expect, it } from 'vitest';
import { exchangeNames } from '../../../src/learner/classify/classNames.ts';
import { restoreSnapshot } from '../../../src/model/restoreSnapshot.ts';
import { saveSnapshot } from '../../../src/model/saveSnapshot.ts';
import type { StateIo } from '../../../src/model/stateIo.ts';

function restored(names: readonly string[]): readonly string[] {
  const bytes = saveSnapshot({ exchange: (io) => void exchangeNames(io, names) }, 'names');
  let found: readonly string[] = [];
  const reader = {
    exchange: (io: StateIo): void => {
      found = exchangeNames(io, []);
    },
  };
  restoreSnapshot(reader, bytes, 'names');
  return found;
}

describe('the names of classes', () => {
  it.each([[[]], [['on', 'off']], [['wäsche', '洗う', '"', '\u0000']]])('come back as they were: %j', (names) => {
    expect(restored(names)).toEqual(names);
  });

  it.each([
    ['twice the same', ['a', 'a']],
    ['more than 32', Array.from({ length: 33 }, (_, n) => String(n))],
    ['no text', [1, 2] as never],
  ])('are refused: %s', (_, names) => {
    expect(() => restored(names as never)).toThrow('cannot be read');
  });
});
