import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder, type Decoder } from '../../../src/adapters/payload/decoder.ts';
import type { StreamId } from '../../../src/domain/streamId.ts';
import type { StreamSpec } from '../../../src/domain/streamSpec.ts';
import { field, inbound, LIMITS, makeSpec, matchesFilter, UTC_PLUS_1 } from '../../fixtures/decoderSetup.ts';
import { rounds } from '../../support/rounds.ts';

const SOURCE = { dialect: 'generic', booleans: false } as const;
/** Entries that may take topics from each other, each the same object wherever it stands. */
const ENTRIES: readonly StreamSpec[] = [
  makeSpec('a', 'auto'),
  makeSpec('+', 'auto'),
  makeSpec('#', ['v', field('w', { valid: { min: 0 } })]),
  makeSpec('a', ['v']),
  makeSpec('b/+', ['w', 'v']),
  makeSpec('b/#', 'auto', { source: SOURCE }),
  makeSpec('a', ['w'], { id: 'named' }),
  makeSpec('#', 'auto', { source: SOURCE }),
];
const MESSAGES = [
  ['a', '{"v":1,"w":2}'],
  ['a', '3'],
  ['c', '{"v":4}'],
  ['b/x', '{"v":5,"w":6,"z":7}'],
  ['b/x/y', '{"w":8}'],
] as const;

function make(specs: readonly StreamSpec[]): Decoder {
  const zoneOffsetOf = (): typeof UTC_PLUS_1 => UTC_PLUS_1;
  return createDecoder({ specs, limits: LIMITS, zoneOffsetOf, report: () => undefined, matchesFilter, maxTopics: 100 });
}

/** Streams of each message with their settings, by the decoder. */
function readAll(decoder: Decoder): readonly (readonly (readonly [StreamId, number, unknown])[])[] {
  return MESSAGES.map(([topic, payload]) =>
    decoder
      .decode(inbound(topic, payload))
      .samples.map(({ stream, value }) => [stream, value, decoder.settingsOf(stream)] as const),
  );
}

const streamsOf = (decoder: Decoder): StreamId[] => readAll(decoder).flatMap((each) => each.map(([stream]) => stream));

describe('entries that change under a decoder', () => {
  const entries = fc
    .subarray([...ENTRIES], { minLength: 1 })
    .chain((some) => fc.shuffledSubarray(some, { minLength: some.length }));

  it('are read as a decoder reads them that has had no others, whatever came before', () => {
    void fc.assert(
      fc.property(fc.array(entries, { minLength: 2, maxLength: 5 }), ([first = [], ...others]) => {
        const decoder = make(first);
        let alive = streamsOf(decoder);
        for (const specs of others) {
          decoder.respec(specs, alive);
          expect(readAll(decoder)).toEqual(readAll(make(specs)));
          alive = streamsOf(decoder);
        }
      }),
      { numRuns: rounds(150, 2000) },
    );
  });

  it('retire the streams that no message can bring any more, and those alone; each keeps its settings', () => {
    void fc.assert(
      fc.property(entries, entries, (before, after) => {
        const decoder = make(before);
        const alive = new Set(streamsOf(decoder));
        const settings = new Map([...alive].map((stream) => [stream, decoder.settingsOf(stream)]));
        const retired = decoder.respec(after, alive);
        const given = new Set(streamsOf(make(after)));
        for (const stream of retired) {
          expect([stream, decoder.isRetired(stream), decoder.isCertain(stream)]).toEqual([stream, true, false]);
          expect([decoder.settingsOf(stream) === settings.get(stream), decoder.prospectsOf(stream)]).toEqual([
            true,
            [],
          ]);
        }
        expect([...alive].filter((stream) => !given.has(stream) && !retired.includes(stream))).toEqual([]);
        expect(retired.filter((stream) => given.has(stream))).toEqual([]);
      }),
      { numRuns: rounds(150, 2000) },
    );
  });

  it('bring a retired stream back with the first message of it', () => {
    const [a, all] = [ENTRIES[0] as StreamSpec, ENTRIES[1] as StreamSpec];
    const decoder = make([a]);
    const alive = streamsOf(decoder);
    const other = makeSpec('c', 'auto');
    expect(decoder.respec([other], alive)).toEqual([...new Set(alive)]);
    decoder.respec([other, all], []);
    expect(streamsOf(decoder)).toEqual(expect.arrayContaining(alive));
    expect(alive.filter((stream) => decoder.isRetired(stream))).toEqual([]);
  });

  it('leave streams alone of which no message has come and whose names stand in messages only', () => {
    const other = makeSpec('c', 'auto');
    const senml = makeSpec('s', 'auto', { source: { dialect: 'senml', booleans: false } });
    const decoder = make([senml]);
    const stream = 'urn:dev:1' as StreamId;
    expect(decoder.respec([senml, other], [stream])).toEqual([]);
    expect(decoder.respec([other], [stream])).toEqual([stream]);
  });
});
