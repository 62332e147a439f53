import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPresences } from '../../../../src/adapters/payload/dialects/presences.ts';
import { collectEvents, matchesFilter } from '../../../fixtures/decoderSetup.ts';

const level = fc.constantFrom('a', 'b', 'c');
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const topics = fc.tuple(topic, fc.constantFrom('', '/#')).map((parts) => parts.join(''));

it('knows whose topics are gone, as filters match them, whatever is told in which order', () => {
  void fc.assert(
    fc.property(fc.array(fc.tuple(topics, fc.boolean())), topic, (told, asked) => {
      const presences = createPresences(() => undefined);
      const gone = new Set<string>();
      for (const [filter, isThere] of told) {
        presences.tell(filter, isThere);
        if (isThere) gone.delete(filter);
        else gone.add(filter);
      }
      expect(presences.isGone(asked)).toBe([...gone].some((filter) => matchesFilter(filter, asked)));
      presences.heard(asked);
      expect(presences.isGone(asked)).toBe(false);
    }),
  );
});

it('reports each change once', () => {
  const { events, report } = collectEvents();
  const presences = createPresences(report);
  for (const isThere of [true, false, false, true]) presences.tell('a/#', isThere);
  presences.tell('a', false);
  presences.heard('a/b');
  presences.heard('a');
  expect(events).toEqual([
    { type: 'SenderGone', topics: 'a/#' },
    { type: 'SenderBack', topics: 'a/#' },
    { type: 'SenderGone', topics: 'a' },
    { type: 'SenderBack', topics: 'a' },
  ]);
});

it('is bounded', () => {
  const { events, report } = collectEvents();
  const presences = createPresences(report);
  for (let i = 0; i < 20_000; i++) presences.tell(`a/${i}`, false);
  presences.tell('x'.repeat(2000), false);
  expect(events).toHaveLength(16_384);
});
