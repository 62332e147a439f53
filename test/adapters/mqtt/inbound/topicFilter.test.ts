import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compileFilter,
  covers,
  isTopicFilter,
  matchesFilter,
} from '../../../../src/adapters/mqtt/inbound/topicFilter.ts';

/** MQTT 4.7 word for word, level by level: slow and plain. */
function naiveMatch(filter: string[], topic: string[]): boolean {
  if (['+', '#'].includes(filter[0]!) && topic[0]!.startsWith('$')) return false;
  if (filter.length === 0) return topic.length === 0;
  if (filter[0] === '#') return true;
  if (topic.length === 0) return false;
  return (filter[0] === '+' || filter[0] === topic[0]) && naiveRest(filter.slice(1), topic.slice(1));
}

function naiveRest(filter: string[], topic: string[]): boolean {
  if (filter.length === 0) return topic.length === 0;
  if (filter[0] === '#') return true;
  if (topic.length === 0) return false;
  return (filter[0] === '+' || filter[0] === topic[0]) && naiveRest(filter.slice(1), topic.slice(1));
}

const name = fc.constantFrom('', 'a', 'b', 'ab', '$x');
const topic = fc.array(name, { minLength: 1, maxLength: 5 }).filter((levels) => levels.join('/') !== '');
const filter = fc
  .tuple(fc.array(fc.oneof(name, fc.constant('+')), { maxLength: 4 }), fc.constantFrom([], ['#']))
  .map(([levels, end]) => [...levels, ...end])
  .filter((levels) => levels.join('/') !== '');

function allOf(levels: readonly string[], depth: number): string[] {
  if (depth === 0) return [];
  const shorter = allOf(levels, depth - 1);
  return [
    ...levels,
    ...shorter.filter((it) => !it.endsWith('#')).flatMap((it) => levels.map((level) => `${it}/${level}`)),
  ];
}

describe('topic filters', () => {
  it.each(['#', '+', '/', 'a/#', '+/+/#', '/+', 'a//b', '$SYS/#', ' '])('takes %s', (text) => {
    expect(isTopicFilter(text)).toBe(true);
  });

  it.each(['', 'a#', 'a/#/b', '#/a', 'a+', '+a/b', 'a/b+', 'a\0', '\ud800', 'x'.repeat(65_536)])(
    'refuses %s',
    (text) => {
      expect(isTopicFilter(text)).toBe(false);
    },
  );

  it.each([
    ['sport/tennis/player1/#', 'sport/tennis/player1', true],
    ['sport/#', 'sport', true],
    ['sport/#', 'sports', false],
    ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
    ['sport/+', 'sport', false],
    ['sport/+', 'sport/', true],
    ['+/+', '/finance', true],
    ['/+', '/finance', true],
    ['+', '/finance', false],
    ['#', '$SYS/uptime', false],
    ['+/uptime', '$SYS/uptime', false],
    ['$SYS/#', '$SYS/uptime', true],
    ['$SYS/+', '$SYS/uptime', true],
    ['a/+', 'a/$b', true],
  ])('%s against %s: %s', (pattern, name, expected) => {
    expect(matchesFilter(pattern, name)).toBe(expected);
  });

  it('agrees with the level-by-level rule on every filter and topic', () => {
    void fc.assert(
      fc.property(filter, topic, (levels, parts) => {
        expect(compileFilter(levels.join('/'))(parts.join('/'))).toBe(naiveMatch(levels, parts));
      }),
      { numRuns: 5000 },
    );
  });

  it('covers exactly the filters that match nothing else', () => {
    const filters = allOf(['a', '$b', '+', '#'], 3);
    const topics = allOf(['a', '$b', 'c'], 4);
    const matched = new Map(filters.map((it) => [it, new Set(topics.filter(compileFilter(it)))]));
    for (const wide of filters) {
      for (const narrow of filters) {
        const isCovered = [...matched.get(narrow)!].every((it) => matched.get(wide)!.has(it));
        expect(`${wide} ${narrow} ${covers(wide, narrow)}`).toBe(`${wide} ${narrow} ${isCovered}`);
      }
    }
  });
});
