import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FollowedEntry, FollowingEntries, FollowingMap } from '../../src/domain/followingMap.ts';
import { rounds } from '../support/rounds.ts';

const anyName = fc.constantFrom('a', 'b', 'c', 'd');
const anyKind = fc.constantFrom('get', 'get', 'get', 'set', 'set', 'delete', 'clear');
const anySteps = fc.array(fc.record({ name: anyName, kind: anyKind }), { maxLength: 200 });

test('entries are those of a map, whatever follows what, comes and goes', () => {
  fc.assert(
    fc.property(anySteps, (steps) => {
      const map = new FollowingEntries<string, FollowedEntry<string>>();
      const model = new Map<string, FollowedEntry<string>>();
      for (const { name, kind } of steps) {
        if (kind === 'set') {
          const entry = new FollowedEntry(name);
          map.set(entry);
          model.set(name, entry);
        } else if (kind === 'delete') expect(map.delete(name)).toBe(model.delete(name));
        else if (kind === 'clear') {
          map.clear();
          model.clear();
        } else expect([map.follow(name), map.get(name)]).toEqual([model.get(name), model.get(name)]);
        expect([map.size, new Set(map.all)]).toEqual([model.size, new Set(model.values())]);
      }
    }),
    { numRuns: rounds(200, 2000) },
  );
});

test('values are those of a map, in every way in which they are asked for', () => {
  fc.assert(
    fc.property(anySteps, (steps) => {
      const map = new FollowingMap<string, number>();
      const model = new Map<string, number>();
      for (const [i, { name, kind }] of steps.entries()) {
        if (kind === 'set') {
          map.set(name, i);
          model.set(name, i);
        } else if (kind === 'delete') expect(map.delete(name)).toBe(model.delete(name));
        else if (kind === 'clear') {
          map.clear();
          model.clear();
        } else expect([map.get(name), map.has(name)]).toEqual([model.get(name), model.has(name)]);
        const all = [...model];
        const known = [map.size, [...map], [...map.entries()], eachOf(map), [...map.keys()], [...map.values()]];
        expect(known).toEqual([model.size, all, all, all, [...model.keys()], [...model.values()]]);
      }
    }),
    { numRuns: rounds(100, 1000) },
  );
});

function eachOf(map: ReadonlyMap<string, number>): readonly unknown[] {
  const each: unknown[] = [];
  map.forEach((value, key) => {
    each.push([key, value]);
  });
  return each;
}

test('entries that have gone hold no others', () => {
  const map = new FollowingEntries<string, FollowedEntry<string>>();
  const gone: FollowedEntry<string>[] = [];
  for (let i = 0; i < 50; i++) {
    const entry = new FollowedEntry(`s${i}`);
    map.set(entry);
    map.follow(entry.key);
    if (i > 0) {
      gone.push(entry);
      map.follow('s0');
      map.delete(entry.key);
    }
  }
  expect(gone.filter(({ follower, isGone }) => !isGone || follower !== undefined)).toEqual([]);
});
