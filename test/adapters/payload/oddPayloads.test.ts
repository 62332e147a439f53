import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder, type Decoder } from '../../../src/adapters/payload/decoder.ts';
import type { NotationRule } from '../../../src/domain/notation.ts';
import type { StreamSpec } from '../../../src/domain/streamSpec.ts';
import { field, inbound, input, LIMITS, makeSpec, matchesFilter, UTC_PLUS_1 } from '../../fixtures/decoderSetup.ts';

function make(...specs: StreamSpec[]): Decoder {
  const options = { limits: LIMITS, zoneOffsetOf: () => UTC_PLUS_1, report: () => undefined, matchesFilter };
  return createDecoder({ ...options, specs, maxTopics: 10 });
}

const LENIENT: NotationRule = { parse: 'lenient' };
const AUTO = { source: { dialect: 'auto', booleans: false } } as const;

/** Values by stream behind the topic, then the drops. */
function read({ decode }: Decoder, payload: string | Uint8Array, topic = 'porch/a'): unknown {
  const { samples, drops } = decode(inbound(topic, payload));
  const values = samples.map(({ stream, value }) => `${stream.slice(topic.length + 1)}=${value}`);
  return [...values, ...drops.map(({ reason }) => reason)];
}

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** Ways to read a topic without naming its fields. */
const WAYS: readonly (readonly [string, (notation?: NotationRule) => Decoder])[] = [
  ['fields: auto', (notation = {}) => make(makeSpec('#', 'auto', { notation }))],
  ['source: auto', (notation = {}) => make(makeSpec('#', 'auto', { notation, ...AUTO }))],
];

describe.each(WAYS)('%s: an odd byte or word costs its field', (_, decoder) => {
  it.each([
    ['a bare NaN', '{"cellar":NaN,"attic":48.5}', ['attic=48.5']],
    ['Infinity', '{"cellar":-Infinity,"attic":48.5}', ['attic=48.5']],
    ['a NUL at the end', '{"attic":48.5}\0', ['attic=48.5']],
    ['a degree sign of Latin-1', latin1('{"attic":48.5,"in":"°F"}'), ['attic=48.5']],
    ['single quotes', "{'attic': 48.5, 'cellar': None}", ['attic=48.5']],
    ['objects by lines', '{"attic":48.5}\n{"attic":49}\n', ['attic=48.5', 'attic=49']],
  ])('%s', (__, payload, expected) => {
    expect(read(decoder(), payload)).toEqual(expected);
  });
});

describe.each(WAYS)('%s: numbers with a unit or a comma', (_, decoder) => {
  it.each([
    ['19.25 °F', '=19.25'],
    ['1013,2 hPa', '=1013.2'],
    ['7,75', '=7.75'],
    ['2,345.5', '=2345.5'],
    ['2 345,5', '=2345.5'],
    ['2\u202f345,5 kWh', '=2345.5'],
    ['12.5 deg C', '=12.5'],
    ['48 % RH', '=48'],
    ['3.5 µg/m3', '=3.5'],
    ['-4 ℃', '=-4'],
    [latin1('19.5 °C'), '=19.5'],
    [latin1('3 m³'), '=3'],
    ['{"hall":"19.5 °C","air":"61%"}', 'hall=19.5 air=61'],
    ['[{"hall":"19,5"},{"hall":"19,6"}]', 'hall=19.5 hall=19.6'],
  ] as const)('lenient: %s', (payload, expected) => {
    expect((read(decoder(LENIENT), payload) as string[]).join(' ')).toBe(expected);
  });

  it.each([
    ['0x2', 'not-a-number'],
    ['0xF', 'not-a-number'],
    ['0b1', 'not-a-number'],
    ['30.11.2026', 'not-a-number'],
    ['10.0.0.17', 'not-a-number'],
    ['12:45', 'not-a-number'],
    ['~5', 'not-a-number'],
    ['open', 'not-a-number'],
    ['nan', 'missing'],
  ])('lenient: %s is none', (payload, reason) => {
    expect(read(decoder(LENIENT), payload)).toEqual([reason]);
  });

  it('takes a text that could be two numbers only where the mark is known', () => {
    const marks = ['auto', 'point', 'comma'] as const;
    const all = marks.map((decimal) => read(decoder({ parse: 'lenient', decimal }), '{"bar":"1,013"}'));
    expect(all).toEqual([['not-a-number'], ['bar=1013'], ['bar=1.013']]);
    expect(read(decoder({ decimal: 'comma' }), '{"bar":"1,013","t":"21.5","u":"4 W"}')).toEqual([
      'bar=1.013',
      't=21.5',
      'not-a-number',
    ]);
  });

  it('strict: the value is shown, and the option that reads it; other fields count', () => {
    const { samples, drops } = decoder().decode(inbound('porch/a', '{"hall":"19,5 °C","air":61,"mode":"eco"}'));
    expect(samples.map(({ value }) => value)).toEqual([61]);
    const refused = { value: '19,5 °C', field: 'hall', remedy: 'parse: lenient' };
    expect(drops).toEqual([{ reason: 'not-a-number', topic: 'porch/a', refused }]);
    expect(decoder().decode(inbound('porch/a', '7,75')).drops).toMatchObject([
      { reason: 'not-a-number', refused: { value: '7,75', remedy: 'parse: lenient' } },
    ]);
  });

  it('strict: thousands and decimals are no two columns', () => {
    expect(read(decoder(), '2,345.5')).toEqual(['not-a-number']);
  });

  it.each([
    ['a level of objects more', '{"up":{"decoded":{"room":{"wall":{"cold":4.5}}}}}', ['up.decoded.room.wall.cold=4.5']],
    ['objects deep in an array', '{"list":[{"tags":{"of":"a"},"fields":{"v":20}}]}', ['too-deep']],
    ['the same beside a reading', '{"v":1,"list":[{"fields":{"v":20}}]}', ['v=1', 'too-deep']],
  ])('counts or reads %s', (__, payload, expected) => {
    expect(read(decoder(), payload)).toEqual(expected);
  });

  it('counts what devices say about themselves', () => {
    const payload = '{"v":1,"linkquality":90,"device":{"address":17},"uptime":5,"name":"x"}';
    expect(decoder().decode(inbound('porch/a', payload)).passedOver).toBe(3);
    expect(decoder().decode(inbound('porch/a', '{"v":1,"device":{"model":"x"}}')).passedOver).toBe(0);
  });
});

describe('numbers with a unit or a comma in named fields', () => {
  it('are read by the notation of the entry, of the field, and of the input', () => {
    const fields = [field('a'), field('b', { notation: LENIENT }), field('c', { notation: { decimal: 'comma' } })];
    expect(read(make(makeSpec('#', fields)), '{"a":"1 W","b":"2 W","c":"3,1234"}')).toEqual([
      'b=2',
      'c=3.1234',
      'not-a-number',
    ]);
    const inputs = [input('w'), { ...input('x'), notation: { parse: 'strict' as const } }];
    const decoder = make(makeSpec('#', ['v'], { inputs, notation: LENIENT }));
    const { samples } = decoder.decode(inbound('t', '{"v":"1 W","w":"2,5 W","x":"3 W"}'));
    expect(samples.map((sample) => [sample.value, sample.inputs])).toEqual([[1, [2.5, Number.NaN]]]);
  });

  it('are texts with a map first', () => {
    const map = { '3 W': 9, on: 1 };
    const decoder = make(makeSpec('#', [field('v', { map })], { notation: LENIENT }));
    expect(['"3 W"', '"ON"', '"4 W"'].map((v) => read(decoder, `{"v":${v}}`))).toEqual([['v=9'], ['v=1'], ['v=4']]);
  });
});

describe('every number of a message', () => {
  const key = fc.constantFrom('a', 'b', 'temp', 'linkquality', 'device', 'rssi', 'uptime', 'list', 'update', 'time');
  const leaf = fc.oneof(
    fc.integer({ min: -99, max: 99 }),
    fc.constantFrom('21.5', '21,5', '4 W', 'ON', '2026-03-10', true, null),
  );
  const tree = fc.letrec((tie) => ({
    node: fc.oneof({ maxDepth: 12, depthSize: 'large' }, leaf, tie('object'), fc.array(tie('node'), { maxLength: 3 })),
    object: fc.dictionary(key, tie('node'), { minKeys: 1, maxKeys: 4 }),
  })).object;
  const numbersIn = (value: unknown): number =>
    typeof value === 'number'
      ? 1
      : typeof value === 'object' && value !== null
        ? Object.values(value).reduce<number>((sum, one) => sum + numbersIn(one), 0)
        : 0;

  it.each(WAYS)('%s: is a reading or counted', (_, decoder) => {
    void fc.assert(
      fc.property(tree, (message) => {
        const { samples, drops, passedOver = 0 } = decoder().decode(inbound('porch/a', JSON.stringify(message)));
        if (numbersIn(message) > samples.length)
          expect(passedOver + drops.filter(({ reason }) => reason !== 'no-field').length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});
