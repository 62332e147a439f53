import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readingTopic } from '../../../src/adapters/payload/labelTopic.ts';
import { matchesFilter } from '../../fixtures/decoderSetup.ts';

it.each([
  ['programme', 'programme', 'plug', 'plug'],
  ['programme/washer', 'programme/+', 'plug/+/power', 'plug/washer/power'],
  ['b/1/x/2', 'b/+/x/+', '+/y/+', '1/y/2'],
  ['l/a/b', 'l/#', 'r/s/#', 'r/s/a/b'],
  ['l', 'l/#', 'r/s/#', 'r/s'],
  ['l/1/a/b', 'l/+/#', '+/r/#', '1/r/a/b'],
  ['l/', 'l/+', 'r/+', 'r/'],
])('%s of %s labels what %s names %s', (topic, labels, readings, expected) => {
  expect(readingTopic(topic, labels, readings)).toBe(expected);
});

it('has no topic where nothing is left of it', () => {
  expect(readingTopic('l', 'l/#', '#')).toBeUndefined();
});

const LEVEL = fc.stringMatching(/^[a-z]{1,3}$/);

it('gives a topic that the filter of the readings matches, and the way back gives the label topic', () => {
  const filters = fc
    .tuple(fc.array(fc.boolean(), { maxLength: 5 }), fc.boolean(), fc.infiniteStream(LEVEL))
    .map(([wildcards, hasRest, names]) => {
      const next = (): string => names.next().value as string;
      const filter = (): string => {
        const levels = [next(), ...wildcards.flatMap((isOne) => (isOne ? ['+', next()] : [next()]))];
        return [...levels, ...(hasRest ? ['#'] : [])].join('/');
      };
      const labels = filter();
      const topic = labels.replaceAll('+', next).replace('#', () => `${next()}/${next()}`);
      return { labels, topic, readings: filter() };
    });
  fc.assert(
    fc.property(filters, ({ labels, topic, readings }) => {
      const of = readingTopic(topic, labels, readings) as string;
      expect(matchesFilter(readings, of)).toBe(true);
      expect(readingTopic(of, readings, labels)).toBe(topic);
    }),
  );
});
