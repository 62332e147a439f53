import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../src/adapters/payload/decoder.ts';
import { mendJson } from '../../../src/adapters/payload/mendJson.ts';
import { inbound, LIMITS, makeSpec, matchesFilter, UTC_PLUS_1 } from '../../fixtures/decoderSetup.ts';

const plain = (text: string, depth = 32): unknown => JSON.parse(JSON.stringify(mendJson(text, depth) ?? null));

describe('nearly JSON', () => {
  it.each([
    ['words without quotes', '{"t":NaN,"u":-Infinity,"h":51.2}', { t: 'NaN', u: '-Infinity', h: 51.2 }],
    ['the words of Python', "{'t': None, 'h': True, 'p': 3}", { t: null, h: true, p: 3 }],
    ['keys without quotes', '{temperature: 21.5, humidity: 5}', { temperature: 21.5, humidity: 5 }],
    ['a comma too many', '{"t":1,}', { t: 1 }],
    ['a missing value', '{"t":,"h":2}', { t: null, h: 2 }],
    ['a unit behind a number', '{"t":21.5 °C,"h":2}', { t: '21.5 °C', h: 2 }],
    ['a tab in a text', '{"n":"a\tb","h":2}', { n: 'a\tb', h: 2 }],
    ['a NUL at the end', '{"t":1}\u0000', { t: 1 }],
    ['several objects', '{"t":1}\n{"t":2}', [{ t: 1 }, { t: 2 }]],
    ['escapes in single quotes', "{'n':'it\\'s \\u00e9'}", { n: "it's é" }],
  ])('with %s', (_, text, expected) => {
    expect(plain(text)).toEqual(expected);
  });

  it.each([
    '{"t":21.5,"hum',
    '{"t":21.5',
    '{"n":"abc}',
    '{"a":1}x',
    '[1][2]',
    '{"a":1 "b":2}',
    '{:1}',
    '',
    '[[[[1]]]]',
  ])('is none where it is cut or does not fit: %s', (text) => {
    expect(mendJson(text, 3)).toBe(undefined);
  });
});

it('says of JSON what JSON.parse says', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue()), fc.array(fc.jsonValue())),
      (value) => {
        const text = JSON.stringify(value);
        expect(plain(text)).toEqual(JSON.parse(text));
      },
    ),
  );
});

it('a word that is none costs its own field alone, whatever it is', () => {
  const spec = makeSpec('s', 'auto');
  const { decode } = createDecoder({
    ...{ specs: [spec], limits: LIMITS, matchesFilter, maxTopics: 4 },
    zoneOffsetOf: () => UTC_PLUS_1,
    report: () => undefined,
  });
  const word = fc.string({ unit: fc.constantFrom(...'aN-.5°\u0001\u0000 \u00ff'), maxLength: 8 });
  fc.assert(
    fc.property(word, fc.constantFrom('utf8', 'latin1'), (odd, encoding) => {
      const payload = Buffer.from(`{"first":1.5,"odd":${odd},"last":2.5}`, encoding as 'utf8');
      const values = decode(inbound('s', payload)).samples.map(({ stream, value }) => [stream, value]);
      expect(values.filter(([stream]) => stream !== 's/odd')).toEqual([
        ['s/first', 1.5],
        ['s/last', 2.5],
      ]);
    }),
  );
});

it('takes no time for a text of any length', () => {
  for (const text of ['{"a":'.repeat(2e5), `{${'a'.repeat(1e6)}`, `{"a":"${' '.repeat(1e6)}`, '[,'.repeat(2e5)])
    expect(mendJson(text, 32)).toBe(undefined);
});
