import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder, type Decoder } from '../../../src/adapters/payload/decoder.ts';
import type { Sample } from '../../../src/domain/sample.ts';
import { ownSample } from '../../../src/domain/sampleRow.ts';
import type { StreamId } from '../../../src/domain/streamId.ts';
import type { StreamSpec } from '../../../src/domain/streamSpec.ts';
import { describeDecoderContract } from '../../contract/decoderContract.ts';
import { ARRIVAL, field, inbound, LIMITS, makeSpec, matchesFilter, UTC_PLUS_1 } from '../../fixtures/decoderSetup.ts';

describeDecoderContract('payload decoder', createDecoder);

const zoneOffsetOf = (): typeof UTC_PLUS_1 => UTC_PLUS_1;

function make(...specs: StreamSpec[]): Decoder {
  return createDecoder({ specs, limits: LIMITS, zoneOffsetOf, report: () => undefined, matchesFilter, maxTopics: 10 });
}

function read({ decode }: Decoder, topic: string, payload: string): unknown {
  const { samples, drops } = decode(inbound(topic, payload));
  return [...samples.map(({ stream, value }) => [stream, value]), ...drops.map(({ reason }) => reason)];
}

describe('createDecoder', () => {
  it('names streams by topic and path, or by the name given instead of the path', () => {
    const decoder = make(makeSpec('a/+', ['x.y', field('z', { name: 'zed' })]));
    expect(read(decoder, 'a/b', '{"x":{"y":1},"z":2}')).toEqual([
      ['a/b/x.y', 1],
      ['a/b/zed', 2],
    ]);
  });

  it('gives the readings of a batch in the order of their times, those without one as they came', () => {
    const decoder = make(makeSpec('t', ['v']));
    const batch = [3, 1, 2].map((v) => ({ v, ts: 1_773_143_000 + v }));
    expect(read(decoder, 't', JSON.stringify(batch))).toEqual([1, 2, 3].map((v) => ['t/v', v]));
    const untold = JSON.stringify(batch.map(({ v }) => ({ v })));
    expect(read(decoder, 't', untold)).toEqual([3, 1, 2].map((v) => ['t/v', v]));
  });

  it('uses the id alone for one field, and in place of the topic for several', () => {
    expect(read(make(makeSpec('t', ['v'], { id: 'boiler' })), 't', '{"v":1}')).toEqual([['boiler', 1]]);
    expect(read(make(makeSpec('t', ['v', 'w'], { id: 'boiler' })), 't', '{"v":1,"w":2}')).toEqual([
      ['boiler/v', 1],
      ['boiler/w', 2],
    ]);
    const auto = make(makeSpec('t', 'auto', { id: 'boiler' }));
    expect(read(auto, 't', '{"v":1}')).toEqual([['boiler/v', 1]]);
    expect(read(auto, 't', '3')).toEqual([['boiler', 3]]);
  });

  it('encodes what a topic of ours may not hold', () => {
    expect(read(make(makeSpec('t', ['a+b', 'forecast'])), 't', '{"a+b":1,"forecast":2}')).toEqual([
      ['t/a%2Bb', 1],
      ['t/%66orecast', 2],
    ]);
  });

  it('gives one sample and one drop for a message with one good and one null field', () => {
    expect(read(make(makeSpec('t', ['v', 'w'])), 't', '{"v":1,"w":null}')).toEqual([['t/v', 1], 'missing']);
  });

  it('maps texts and booleans where the user gave numbers for them', () => {
    const map = { on: 1, off: 0, Overpower: 2, true: 1, false: 0, offline: -1 };
    const decoder = make(makeSpec('t', [field('v', { map })]));
    const values = ['"ON"', '"off"', '"Overpower"', '"offline"', 'true', 'false', '7', '"7"'];
    const got = values.map((value) => decoder.decode(inbound('t', `{"v":${value}}`)).samples[0]?.value);
    expect(got).toEqual([1, 0, 2, -1, 1, 0, 7, 7]);
    expect(read(decoder, 't', '{"v":"ajar"}')).toEqual(['not-a-number']);
  });

  it('reads batches element by element, fields in order, and counts what is no record', () => {
    const decoder = make(makeSpec('t', ['v', 'w']));
    expect(read(decoder, 't', '[{"v":1,"w":2},{"v":3},7]')).toEqual([['t/v', 1], ['t/w', 2], ['t/v', 3], 'no-field']);
    expect(read(decoder, 't', '[{"v":4},{"u":5},{}]')).toEqual([['t/v', 4], 'no-field', 'no-field']);
  });

  it('takes a field that a message lacks for no fault where it has another one, and counts a message that has none once', () => {
    const messages = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'x', 'y'), fc.oneof(fc.integer(), fc.constant(null)));
    const fields = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 });
    fc.assert(
      fc.property(messages, fields, (message, wanted) => {
        const found = read(make(makeSpec('t', wanted)), 't', JSON.stringify(message));
        const there = wanted.filter((name) => Object.hasOwn(message, name));
        const expected = there.map((name) => (message[name] === null ? 'missing' : [`t/${name}`, message[name]]));
        expect(found).toHaveLength(Math.max(1, there.length));
        expect(found).toEqual(there.length === 0 ? ['no-field'] : expect.arrayContaining(expected));
      }),
    );
  });

  it('reads a position of the whole array where the path begins with one', () => {
    expect(read(make(makeSpec('t', ['1.v'])), 't', '[{"v":1},{"v":3}]')).toEqual([['t/1.v', 3]]);
  });

  it('dates a plain number by its arrival, also right after a message that told its time', () => {
    const { decode } = make(makeSpec('t', ['v', '']));
    expect(decode(inbound('t', `{"ts":${ARRIVAL - 5000},"v":1}`)).samples[0]?.at).toBe(ARRIVAL - 5000);
    expect(decode(inbound('t', '2')).samples[0]?.at).toBe(ARRIVAL);
  });

  it('cuts a batch after a thousand elements and says so', () => {
    const batch = JSON.stringify(Array.from({ length: 1001 }, (_, v) => ({ v })));
    for (const fields of ['auto', ['v']] as const) {
      const options = { zoneOffsetOf, report: () => undefined, matchesFilter, maxTopics: 10 };
      const { decode } = createDecoder({
        ...options,
        specs: [makeSpec('t', fields)],
        limits: { ...LIMITS, payload: 1e6 },
      });
      const { samples, drops } = decode(inbound('t', batch));
      expect([samples.length, samples.at(-1)?.value]).toEqual([1000, 999]);
      expect(drops).toEqual([{ reason: 'too-large', topic: 't' }]);
    }
  });

  it('answers for the settings of every stream it named, also after its topic was forgotten', () => {
    const first = makeSpec('a/+', ['']);
    const second = makeSpec('b/+', 'auto');
    const decoder = make(first, second);
    decoder.decode(inbound('b/0', '{"v":1}'));
    for (let i = 0; i < 100; i++) decoder.decode(inbound(`a/${i}`, '1'));
    expect(decoder.settingsOf('b/0/v' as StreamId)).toBe(second.settings);
    expect(decoder.settingsOf('a/0' as StreamId)).toBe(first.settings);
  });

  it('answers for streams that it has never heard of, and says which answers are certain', () => {
    const first = makeSpec('a/+', ['']);
    const second = makeSpec('b/+', 'auto');
    const decoder = make(first, second);
    const ask = (id: string): unknown => {
      const stream = id as StreamId;
      return [decoder.settingsOf(stream) === second.settings ? 'second' : 'first', decoder.isCertain(stream)];
    };
    expect(ask('a/7')).toEqual(['first', true]);
    expect(ask('b/7/v')).toEqual(['second', true]);
    expect(ask('c')).toEqual(['first', false]);
  });

  it('looks at the entries once for each topic, where as many come in turn as it shall remember', () => {
    let looks = 0;
    const counting = (filter: string, topic: string): boolean => {
      looks++;
      return matchesFilter(filter, topic);
    };
    const options = { limits: LIMITS, zoneOffsetOf, report: () => undefined, maxTopics: 10 };
    const { decode } = createDecoder({ ...options, specs: [makeSpec('a/+', [''])], matchesFilter: counting });
    for (let round = 0; round < 5; round++) for (let i = 0; i < 10; i++) decode(inbound(`a/${i}`, '1'));
    expect(looks).toBe(10);
  });

  it('refuses a second source for as long as a sample of the first is on its way, whatever came by since', () => {
    const decoder = make(makeSpec('#', 'auto'));
    const waiting = ownSample(decoder.decode(inbound('lamp', '{"level":5}')).samples[0] as Sample);
    for (let i = 0; i < 10_000; i++) decoder.decode(inbound(`a/${i}`, '1'));
    expect(read(decoder, 'lamp/level', '5')).toEqual(['name-taken']);
    expect(read(decoder, 'lamp', '{"level":6}')).toEqual([['lamp/level', 6]]);
    expect(waiting.source).toMatchObject({ topic: 'lamp' });
  });

  it('refuses the stream of a second topic that would bear the name of another', () => {
    const decoder = make(makeSpec('#', 'auto'));
    expect(read(decoder, 'lamp', '{"level":5}')).toEqual([['lamp/level', 5]]);
    expect(read(decoder, 'lamp/level', '5')).toEqual(['name-taken']);
    expect(read(decoder, 'lamp', '{"level":6}')).toEqual([['lamp/level', 6]]);
  });
});
