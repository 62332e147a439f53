import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder, type Decoder } from '../../../src/adapters/payload/decoder.ts';
import type { StreamSpec } from '../../../src/domain/streamSpec.ts';
import {
  collectEvents,
  field,
  inbound,
  input,
  LIMITS,
  makeSpec,
  matchesFilter,
  UTC_PLUS_1,
} from '../../fixtures/decoderSetup.ts';

function make(...specs: StreamSpec[]) {
  const { events, report } = collectEvents();
  const zoneOffsetOf = (): typeof UTC_PLUS_1 => UTC_PLUS_1;
  return {
    decoder: createDecoder({ specs, limits: LIMITS, zoneOffsetOf, report, matchesFilter, maxTopics: 10 }),
    events,
  };
}

function read({ decode }: Decoder, payload: string, topic = 't'): readonly (number | string)[] {
  const { samples, drops } = decode(inbound(topic, payload));
  return [...samples.map(({ value }) => value), ...drops.map(({ reason }) => reason)];
}

const DS18B20 = { min: -55, max: 125, not: [-127, 85] };

describe('values that are no readings', () => {
  it.each([
    ['a plain number', ['']],
    ['a plain number, automatic', 'auto' as const],
  ])('are refused in %s, however they are written', (_, fields) => {
    const { decoder } = make(makeSpec('t', fields, { valid: DS18B20 }));
    for (const payload of ['85', '85.0', ' 8.5e1 ', '-127.00', '-55.01', '126', '1e39'])
      expect(read(decoder, payload)).toEqual(['not-valid']);
    for (const payload of ['84.9', '85.0625', '-55', '125']) expect(read(decoder, payload)).toEqual([Number(payload)]);
  });

  it('cost the other fields of the message nothing, and are counted one by one', () => {
    const named = make(makeSpec('t', ['a', 'b', 'c'], { valid: DS18B20 })).decoder;
    const auto = make(makeSpec('t', 'auto', { valid: DS18B20 })).decoder;
    for (const decoder of [named, auto])
      expect(read(decoder, '{"a":85.0,"b":21.5,"c":"-127"}')).toEqual([21.5, 'not-valid', 'not-valid']);
  });

  it('are asked of each element of a batch, and of what a map gives', () => {
    const spec = makeSpec('t', [field('a', { map: { fault: 85 } })], { valid: DS18B20 });
    expect(read(make(spec).decoder, '[{"a":85},{"a":"fault"},{"a":20}]')).toEqual([20, 'not-valid', 'not-valid']);
  });

  it('are those of the field where it says so, and of its entry for the rest', () => {
    const fields = [field('t'), field('h', { valid: { min: 0, max: 100 } }), field('p', { valid: { not: [0] } })];
    const { decoder } = make(makeSpec('t', fields, { valid: { not: [85], max: 200 } }));
    expect(read(decoder, '{"t":150,"h":150,"p":0}')).toEqual([150, 'not-valid', 'not-valid']);
    expect(read(decoder, '{"t":85,"h":85,"p":85}')).toEqual([85, 'not-valid', 'not-valid']);
    expect(read(decoder, '{"t":201,"h":-1,"p":201}')).toEqual(['not-valid', 'not-valid', 'not-valid']);
    expect(read(decoder, '{"t":1,"h":2,"p":3}')).toEqual([1, 2, 3]);
    expect(decoder.settingsOf('t/h' as never).valid).toEqual({ min: 0, max: 100, not: [85] });
    expect(decoder.settingsOf('t/t' as never).valid).toEqual({ min: Number.NEGATIVE_INFINITY, max: 200, not: [85] });
  });

  it("are a missing input where an input has them; the stream's own bounds do not hold for it", () => {
    const inputs = [input('outdoor', undefined, { min: -60, not: [-60] }), input('lux')];
    const { decoder, events } = make(makeSpec('t', ['v'], { inputs, valid: { max: 50 } }));
    const { samples } = decoder.decode(inbound('t', '{"v":1,"outdoor":-60.0,"lux":90000}'));
    expect(samples.map((sample) => sample.inputs)).toEqual([[Number.NaN, 90_000]]);
    expect(events).toEqual([{ type: 'InputMissing', topic: 't', field: 'outdoor', reason: 'not-valid', value: '-60' }]);
  });

  it('never become a sample, for any bounds and values', () => {
    const number = fc.oneof(
      fc.integer({ min: -200, max: 200 }),
      fc.integer({ min: -1e7, max: 1e7 }).map((n) => n / 1024),
    );
    const rules = fc
      .tuple(number, number, fc.array(number, { minLength: 1, maxLength: 4 }))
      .filter(([a, b]) => a < b)
      .map(([min, max, not]) => ({ min, max, not }));
    fc.assert(
      fc.property(rules, fc.array(number, { minLength: 1, maxLength: 20 }), (valid, values) => {
        const { decoder } = make(makeSpec('t', ['v'], { valid }));
        for (const value of [...values, ...valid.not]) {
          const [seen] = read(decoder, JSON.stringify({ v: value }));
          const isReading = value >= valid.min && value <= valid.max && !valid.not.includes(value);
          if (!isReading) expect(seen).toBe('not-valid');
          else if (seen !== 'not-valid') expect(seen).toBe(value === 0 ? 0 : value);
        }
      }),
    );
  });
});
