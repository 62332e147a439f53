import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decoder, DecoderOptions } from '../../src/adapters/payload/decoder.ts';
import { DROP_REASONS, type DropReason } from '../../src/domain/dropReason.ts';
import type { StreamSpec } from '../../src/domain/streamSpec.ts';
import { isRepresentable } from '../../src/domain/time.ts';
import {
  ARRIVAL,
  collectEvents,
  field,
  inbound,
  input,
  LIMITS,
  makeSpec,
  matchesFilter,
  UTC_PLUS_1,
} from '../fixtures/decoderSetup.ts';
import { PAYLOADS } from '../fixtures/payloads.ts';

type CreateDecoder = (options: DecoderOptions) => Decoder;

const nested = (depth: number): string => `${'{"v":'.repeat(depth)}1${'}'.repeat(depth)}`;
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** Name, payload, and what a stream of the plain payload (`''`) or of the field `v` must make of it. */
const BAD_INPUTS: readonly (readonly [string, string, string | Uint8Array, number | DropReason])[] = [
  ['the text NaN', '', 'NaN', 'missing'],
  ['a quoted NaN', '', '"NaN"', 'missing'],
  ['a NaN in a text field', 'v', '{"v":"NaN"}', 'missing'],
  ['Infinity', '', 'Infinity', 'not-finite'],
  ['-Infinity', '', '-Infinity', 'not-finite'],
  ['a text beyond double precision', '', '1e400', 'not-finite'],
  ['a JSON number beyond double precision', 'v', '{"v":1e400}', 'not-finite'],
  ['a number beyond single precision', '', '1e39', 1e39],
  ['a JSON number beyond single precision', 'v', '{"v":-1e308}', -1e308],
  ['a subnormal number', '', '1e-320', 0],
  ['minus zero', '', '-0', 0],
  ['minus zero in JSON', 'v', '{"v":-0}', 0],
  ['an empty payload', '', '', 'missing'],
  ['an empty payload for a field', 'v', '', 'missing'],
  ['a single space', '', ' ', 'not-a-number'],
  ['the word null', '', 'null', 'missing'],
  ['null in JSON', 'v', '{"v":null}', 'missing'],
  ['the word true', '', 'true', 'not-a-number'],
  ['true in JSON', 'v', '{"v":true}', 'not-a-number'],
  ['an array of one number', '', '[5]', 'not-a-number'],
  ['an array of one number for a field', 'v', '{"v":[5]}', 'not-a-number'],
  ['an object for a field', 'v', '{"v":{"v":5}}', 'not-a-number'],
  ['an empty object', 'v', '{}', 'no-field'],
  ['an empty batch', 'v', '[]', 'no-field'],
  ['a missing field', 'v', '{"w":5}', 'no-field'],
  ['a plain number where a field is expected', 'v', '5', 'no-field'],
  ['unavailable', '', 'unavailable', 'missing'],
  ['Unknown in JSON', 'v', '{"v":"Unknown"}', 'missing'],
  ['offline for a field', 'v', 'offline', 'missing'],
  ['a decimal comma', '', '12,5', 'not-a-number'],
  ['a unit', '', '12.5 degC', 'not-a-number'],
  ['hex', '', '0x10', 'not-a-number'],
  ['digit separators', '', '1_000', 'not-a-number'],
  ['Arabic digits', '', '١٢', 'not-a-number'],
  ['an exponent', '', '1e3', 1000],
  ['a leading zero', '', '007', 7],
  ['a number with a line end', '', '21.5\r\n', 21.5],
  ['invalid UTF-8', '', bytes(0xff, 0xfe, 0x35), 'not-utf8'],
  ['a truncated UTF-8 sequence', '', bytes(0x35, 0xc3), 'not-utf8'],
  ['a byte order mark before JSON', 'v', '\ufeff{"v":5}', 5],
  ['a byte order mark before a number', '', '\ufeff5', 5],
  ['truncated JSON', 'v', '{"v": 21.5', 'not-json'],
  ['JSON with junk behind it', 'v', '{"v":1} x', 'not-json'],
  ['a duplicate key: the last one', 'v', '{"v":1,"v":2}', 2],
  ['nesting of 10', `${'v.'.repeat(9)}v`, nested(10), 1],
  ['nesting of 32', `${'v.'.repeat(31)}v`, nested(32), 1],
  ['nesting of 33', 'v', nested(33), 'too-deep'],
  ['nesting of 64 in arrays', 'v', '['.repeat(64) + ']'.repeat(64), 'too-deep'],
  ['brackets in a text are no nesting', 'v', `{"a":"${'['.repeat(99)}\\"${'{'.repeat(99)}","v":3}`, 3],
  ['a payload over the limit', '', '1'.repeat(LIMITS.payload + 1), 'too-large'],
  ['a number as long as the limit', '', '1'.repeat(LIMITS.payload), 'not-a-number'],
  ['2^63 as a JSON number', 'v', '{"v":9223372036854775808}', 2 ** 63],
  ['a number in a text field', 'v', '{"v":"19.2"}', 19.2],
  ['an empty text field', 'v', '{"v":""}', 'missing'],
  ['__proto__ as a key', 'x', '{"__proto__":{"x":1}}', 'no-field'],
  ['an inherited name', 'toString', '{"v":1}', 'no-field'],
  ['gzip', 'v', bytes(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3), 'not-utf8'],
];

/** Contract of every decoder, whatever formats it reads beside text and JSON. */
export function describeDecoderContract(name: string, create: CreateDecoder): void {
  const make = (specs: readonly StreamSpec[], report: DecoderOptions['report'] = () => undefined): Decoder =>
    create({ specs, limits: LIMITS, zoneOffsetOf: () => UTC_PLUS_1, report, matchesFilter, maxTopics: 50 });

  describe(`${name}: bad inputs`, () => {
    it.each(BAD_INPUTS)('%s', (_, path, payload, expected) => {
      const { decode } = make([makeSpec('t', [path])]);
      const { samples, drops } = decode(inbound('t', payload));
      if (typeof expected === 'number') {
        expect(drops).toEqual([]);
        expect(samples.map(({ value }) => value)).toEqual([expected]);
      } else {
        expect(samples).toEqual([]);
        expect(drops).toMatchObject([{ reason: expected, topic: 't' }]);
        expect(drops).toHaveLength(1);
      }
    });

    it('survives 200,000 levels of nesting', () => {
      const options = { limits: { ...LIMITS, payload: 1e7 }, zoneOffsetOf: () => UTC_PLUS_1, matchesFilter };
      const { decode } = create({ ...options, specs: [makeSpec('t', 'auto')], report: () => undefined, maxTopics: 2 });
      for (const payload of [nested(200_000), '['.repeat(200_000), '{"a":'.repeat(200_000)])
        expect(decode(inbound('t', payload)).drops).toEqual([{ reason: 'too-deep', topic: 't' }]);
    });

    it('leaves the prototype of objects alone', () => {
      const { decode } = make([makeSpec('t', 'auto')]);
      decode(inbound('t', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'));
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });

    it('refuses a topic that is too long by its bytes, and one that nothing asks for', () => {
      const { decode } = make([makeSpec('a/#', [''])]);
      const long = `a/${'ü'.repeat(100)}`;
      expect(decode(inbound(long, '1')).drops).toEqual([{ reason: 'topic-too-long', topic: long }]);
      expect(decode(inbound(`a/${'ü'.repeat(99)}`, '1')).samples).toHaveLength(1);
      expect(decode(inbound('b', '1')).drops).toEqual([{ reason: 'no-stream', topic: 'b' }]);
    });
  });

  describe(`${name}: devices`, () => {
    it.each(PAYLOADS.map((fixture) => [fixture.source, fixture] as const))('%s', (_, fixture) => {
      const { decode } = make([makeSpec(fixture.filter, 'auto')]);
      const decoded = decode(inbound(fixture.topic, fixture.payload, Date.parse(fixture.receivedAt)));
      const samples = decoded.samples.map(({ stream, value, at }) => [stream, value, new Date(at).toISOString()]);
      expect(samples).toEqual(fixture.samples.map(([stream, value, at]) => [stream, value, at ?? fixture.receivedAt]));
      expect(decoded.drops.map(({ reason }) => reason)).toEqual(fixture.drops ?? []);
    });
  });

  describe(`${name}: any bytes`, () => {
    const specs = [
      makeSpec('t', ['', 'v', 'a.b', field('s', { map: { on: 1, off: 0 } })]),
      makeSpec('t', ['b'], { id: 'among', inputs: [input('v'), input('a.b'), input('s', { on: 1 })] }),
      makeSpec('#', 'auto', { time: { sanity: false } }),
    ];

    function check(topic: string, payload: string | Uint8Array): void {
      const { events, report } = collectEvents();
      const { decode, settingsOf } = make(specs, report);
      const { samples, drops } = decode(inbound(topic, payload));
      for (const { stream, value, at, inputs } of samples) {
        expect(inputs?.length).toBe(stream === 'among' ? 3 : undefined);
        for (const one of inputs ?? []) expect(Number.isNaN(one) || Number.isFinite(one)).toBe(true);
        expect(Number.isFinite(value) && isRepresentable(at)).toBe(true);
        expect(settingsOf(stream)).toBeDefined();
      }
      for (const drop of drops) expect(drop.topic === topic && Object.hasOwn(DROP_REASONS, drop.reason)).toBe(true);
      expect(samples.length + drops.length).toBeGreaterThan(0);
      for (const { type } of events) expect(['TimeReplaced', 'InputMissing']).toContain(type);
    }

    it('never throws on arbitrary bytes, and always answers', () => {
      void fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), (payload) => check('t', payload)),
        { numRuns: 500 },
      );
    });

    it('never throws on arbitrary JSON, with its times and odd keys', () => {
      const key = fc.oneof(
        fc.constantFrom('v', 'a', 'b', 's', 'a.b', 'ts', 'time', 'last_seen', '__proto__'),
        fc.string(),
      );
      const leaf = fc.oneof(
        fc.double(),
        fc.string(),
        fc.boolean(),
        fc.constantFrom(null, 'on', '1e400', '2026-03-10T11:59:59', '2026-13-10T11:59:59Z', 1773143999, 1e300),
      );
      const json = fc.letrec((tie) => ({
        node: fc.oneof({ depthSize: 'small' }, leaf, tie('object'), fc.array(tie('node'), { maxLength: 4 })),
        object: fc.dictionary(key, tie('node'), { maxKeys: 6 }),
      }));
      void fc.assert(
        fc.property(json.node, (value) => check('t', JSON.stringify(value) ?? '')),
        { numRuns: 1000 },
      );
    });

    it('never throws on damaged messages of real devices', () => {
      const damage = fc.record({
        fixture: fc.constantFrom(...PAYLOADS),
        at: fc.nat(400),
        remove: fc.nat(6),
        insert: fc.oneof(
          fc.uint8Array({ maxLength: 3 }),
          fc.constantFrom('{', '"', '[', ',', 'e9', '.', '\\u').map(encode),
        ),
      });
      const mutate = ({
        fixture,
        at,
        remove,
        insert,
      }: typeof damage extends fc.Arbitrary<infer T> ? T : never): void => {
        const whole = encode(fixture.payload);
        check(fixture.topic, Buffer.concat([whole.slice(0, at), insert, whole.slice(at + remove)]));
      };
      void fc.assert(fc.property(damage, mutate), { numRuns: 1000 });
    });
  });

  it(`${name}: a plain number is dated by its arrival`, () => {
    const { decode } = make([makeSpec('t', [''])]);
    const origin = { arrival: ARRIVAL, isTold: false, isBacklog: false };
    expect(decode(inbound('t', '5')).samples).toMatchObject([{ stream: 't', at: ARRIVAL, value: 5, origin }]);
  });
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
