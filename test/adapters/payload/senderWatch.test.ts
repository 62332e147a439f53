import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../src/adapters/payload/decoder.ts';
import type { StreamSpec } from '../../../src/domain/streamSpec.ts';
import { collectEvents, inbound, LIMITS, makeSpec, matchesFilter, UTC_PLUS_1 } from '../../fixtures/decoderSetup.ts';

const generic: StreamSpec = { ...makeSpec('#', 'auto'), source: { dialect: 'generic', booleans: false } };

/** Streams that are told to have two senders, with the key, of messages that come in this order. */
function mixed(spec: StreamSpec, messages: readonly object[], topic = 'shed/air'): readonly string[] {
  const { events, report } = collectEvents();
  const options = {
    specs: [spec],
    limits: LIMITS,
    zoneOffsetOf: () => UTC_PLUS_1,
    report,
    matchesFilter,
    maxTopics: 9,
  };
  const { decode } = createDecoder(options);
  for (const message of messages) decode(inbound(topic, JSON.stringify(message)));
  return events.flatMap((event) => (event.type === 'SendersMixed' ? [`${event.stream} ${event.by}`] : []));
}
const from = (ids: readonly unknown[], key = 'id') => ids.map((id, i) => ({ [key]: id, t: i }));

describe('a stream that two senders feed', () => {
  it.each([
    ['fields that are chosen', makeSpec('shed/air', 'auto'), 'shed/air/t'],
    ['a field that is named', makeSpec('shed/air', ['t']), 'shed/air/t'],
    ['numbers as identities', generic, 'shed/air/t'],
  ])('is told once, with %s', (_, spec, stream) => {
    expect(mixed(spec, from([1, 1, 2, 2, 1, 2, 1, 2]))).toEqual([`${stream} id`]);
    expect(mixed(spec, from([1, 2, 3, 1, 2, 3], 'channel'))).toEqual([`${stream} channel`]);
  });

  it('is told where they begin to send long after, in turns of any length', () => {
    void fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 600 }), (turn, alone) => {
        const ids = Array.from({ length: alone + 3000 }, (_, i) => (i < alone ? 7 : 7 + (Math.floor(i / turn) % 2)));
        expect(mixed(makeSpec('shed/air', ['t']), from(ids))).toEqual(['shed/air/t id']);
      }),
      { numRuns: 20 },
    );
  });

  it('is none where each sender has its own, a number counts up, a sender is replaced, or the key itself is read', () => {
    expect(mixed(generic, from(['a', 'b', 'a', 'b']))).toEqual([]);
    expect(mixed({ ...generic, by: ['id'] }, from([1, 2, 1, 2]))).toEqual([]);
    expect(mixed(generic, from(Array.from({ length: 2000 }, (_, i) => i % 256)))).toEqual([]);
    expect(mixed(generic, from([1, 1, 1, 2, 2, 2]))).toEqual([]);
    expect(mixed(makeSpec('shed/air', ['channel', 't']), from([1, 2, 1, 2], 'channel'))).toEqual([]);
    const radio = from([1, 2, 1, 2]).map((it) => ({ ...it, model: 'Nexus', temperature_C: 4 + it.t }));
    const auto: StreamSpec = { ...generic, source: { dialect: 'auto', booleans: false } };
    expect(mixed(auto, radio, 'rtl_433/pi/events')).toEqual([]);
  });
});
