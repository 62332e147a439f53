import fc from 'fast-check';
import { expect, it } from 'vitest';
import { identifierBase } from '../../../../src/adapters/mqtt/inbound/copyFilter.ts';
import { CopyGenerations } from '../../../../src/adapters/mqtt/inbound/copyGenerations.ts';
import { matchesFilter } from '../../../../src/adapters/mqtt/inbound/topicFilter.ts';

const POOL = ['a/+', 'a/#', '#', 'a/b', 'c', '+/b'];
const lists = fc.shuffledSubarray(POOL, { minLength: 1 });

/** Copies that the broker makes of a message, by its subscriptions of the moment: filter to identifier. */
const copiesOf = (topic: string, subscriptions: ReadonlyMap<string, number>): readonly number[] =>
  [...subscriptions].filter(([filter]) => matchesFilter(filter, topic)).map(([, identifier]) => identifier);

const subscriptionsOf = (filters: readonly string[], base: number): Map<string, number> =>
  new Map(filters.map((filter, i) => [filter, base + i + 1]));

it('each message counts once, whichever of the lists it was collected for', () => {
  void fc.assert(
    fc.property(
      fc.array(lists, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('a/b', 'a/x', 'c', 'x/b'),
      (all, topic) => {
        const [first = [], ...others] = all;
        const generations = new CopyGenerations(first, 0, []);
        const waiting = [copiesOf(topic, subscriptionsOf(first, 0))];
        for (const filters of others) {
          const base = identifierBase(filters);
          generations.change(filters, base);
          waiting.push(copiesOf(topic, subscriptionsOf(filters, base)));
          // The queue of the broker gives what it has collected at any time, copy by copy.
          for (const copies of waiting) {
            const counted = copies.filter((identifier) => generations.isFirst(topic, identifier));
            expect(counted).toHaveLength(copies.length > 0 ? 1 : 0);
          }
        }
      },
    ),
  );
});

it('a message of a filter that stays counts once while some filters are asked for anew and others are not yet', () => {
  void fc.assert(
    fc.property(
      fc.array(lists, { minLength: 2, maxLength: 4 }),
      fc.constantFrom('a/b', 'a/x', 'c', 'x/b'),
      fc.nat(POOL.length),
      (all, topic, asked) => {
        const [first = [], ...others] = all;
        const generations = new CopyGenerations(first, 0, []);
        let before = first;
        let subscriptions = subscriptionsOf(first, 0);
        for (const after of others) {
          const base = identifierBase(after);
          generations.change(after, base);
          const halfWay = new Map(subscriptions);
          for (const [i, filter] of after.slice(0, asked).entries()) halfWay.set(filter, base + i + 1);
          const counted = copiesOf(topic, halfWay).filter((identifier) => generations.isFirst(topic, identifier));
          if (before.some((filter) => after.includes(filter) && matchesFilter(filter, topic)))
            expect(counted).toHaveLength(1);
          before = after;
          subscriptions = subscriptionsOf(after, base);
        }
      },
    ),
  );
});

it('copies of an earlier process are judged by its filters, and those of an unknown time are taken', () => {
  const former = ['a/#', 'a/+'];
  const generations = new CopyGenerations(['c'], 5, former);
  const base = identifierBase(former);
  expect([1, 2].map((place) => generations.isFirst('a/b', base + place))).toEqual([true, false]);
  expect([generations.isFirst('a/b', 123_456), generations.isFirst('a/b', undefined)]).toEqual([true, true]);
});
