import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StreamEntry, StreamMap } from '../../src/outlets/streamMap.ts';
import { idOf } from '../pipeline/samples.ts';
import { rounds } from '../support/rounds.ts';

const anyStep = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd'),
  kind: fc.constantFrom('follow', 'follow', 'follow', 'set', 'set', 'delete', 'get'),
});

test('it gives what a map gives, whatever follows what, comes and goes', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 200 }), (steps) => {
      const map = new StreamMap<StreamEntry>();
      const model = new Map<string, StreamEntry>();
      for (const { name, kind } of steps) {
        const stream = idOf(name);
        if (kind === 'set') {
          const entry = new StreamEntry(stream);
          map.set(entry);
          model.set(name, entry);
        } else if (kind === 'delete') {
          map.delete(stream);
          model.delete(name);
        } else expect(map[kind](stream)).toBe(model.get(name));
        expect([map.size, new Set(map.all)]).toEqual([model.size, new Set(model.values())]);
      }
    }),
    { numRuns: rounds(200, 2000) },
  );
});

test('entries that have gone hold no others', () => {
  const map = new StreamMap<StreamEntry>();
  const gone: StreamEntry[] = [];
  for (let i = 0; i < 50; i++) {
    const entry = new StreamEntry(idOf(`s${i}`));
    map.set(entry);
    map.follow(entry.stream);
    if (i > 0) {
      gone.push(entry);
      map.follow(idOf('s0'));
      map.delete(entry.stream);
    }
  }
  expect(gone.filter(({ follower, isGone }) => !isGone || follower !== undefined)).toEqual([]);
});
