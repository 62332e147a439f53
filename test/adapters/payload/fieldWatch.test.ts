import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../src/adapters/payload/decoder.ts';
import type { StreamSpec } from '../../../src/domain/streamSpec.ts';
import { collectEvents, inbound, LIMITS, makeSpec, matchesFilter, UTC_PLUS_1 } from '../../fixtures/decoderSetup.ts';

function make(...specs: readonly StreamSpec[]) {
  const { events, report } = collectEvents();
  const options = { zoneOffsetOf: () => UTC_PLUS_1, report, matchesFilter, maxTopics: 10 };
  const { decode } = createDecoder({ specs, limits: LIMITS, ...options });
  const send = (topic: string, message: unknown, times = 1): void => {
    for (let i = 0; i < times; i++)
      decode(inbound(topic, typeof message === 'string' ? message : JSON.stringify(message)));
  };
  return { events, send };
}

describe('a configured field that no message has', () => {
  it('is told once after twenty messages of its topic, with the fields that these have', () => {
    const { events, send } = make(makeSpec('room', ['temprature', 'humidity']));
    send('room', { temperature: 20, humidity: 50 }, 19);
    expect(events).toEqual([]);
    send('room', { temperature: 20, humidity: 50 }, 100);
    expect(events).toEqual([
      { type: 'FieldNeverSeen', topic: 'room', field: 'temprature', messages: 20, had: 'temperature, humidity' },
    ]);
  });

  it('is waited for longer where a filter matches many topics, and told of none that one of them has', () => {
    const { events, send } = make(makeSpec('house/+', ['temperature', 'power.now']));
    for (let i = 0; i < 199; i++) send(`house/${i % 7}`, { temperature: 20 });
    expect(events).toEqual([]);
    send('house/8', 'a text');
    expect(events).toEqual([
      { type: 'FieldNeverSeen', topic: 'house/+', field: 'power.now', messages: 200, had: 'a text' },
    ]);
    send('house/9', { power: { now: 3 } }, 2);
    expect(events.slice(1)).toEqual([{ type: 'FieldSeen', topic: 'house/+', field: 'power.now' }]);
  });

  it('counts as seen where its value is no number, and where its bytes are read at once', () => {
    const { events, send } = make(makeSpec('a', ['v']), makeSpec('b', ['v']));
    send('a', { v: null });
    send('b', { v: 1 });
    for (const topic of ['a', 'b']) send(topic, { w: 1 }, 50);
    expect(events).toEqual([]);
  });

  it('is not told of where an entry before it reads the field', () => {
    const { events, send } = make(makeSpec('a/b', ['v']), makeSpec('a/+', ['v']));
    send('a/b', { v: 1 }, 300);
    expect(events).toEqual([]);
  });

  it('is told of with a dozen fields at most, each shortened', () => {
    const { events, send } = make(makeSpec('a', ['v']));
    send('a', Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}${'k'.repeat(60)}`, i])), 20);
    const [{ had }] = events as unknown as readonly [{ readonly had: string }];
    expect(had).toMatch(/^0k{39}…, .*, and 28 more$/);
    expect(had.length).toBeLessThan(600);
  });
});
