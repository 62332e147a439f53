import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../src/adapters/payload/decoder.ts';
import { StreamUnit } from '../../../src/adapters/payload/streamUnit.ts';
import { UnitMemory } from '../../../src/adapters/payload/unitMemory.ts';
import type { StreamId } from '../../../src/domain/streamId.ts';
import type { About, StreamSpec } from '../../../src/domain/streamSpec.ts';
import { parse } from '../../config/context.ts';
import { inbound, LIMITS, matchesFilter, UTC_PLUS_1 } from '../../fixtures/decoderSetup.ts';

/** Decoder of one entry for `house/#`, with numbers as people write them. */
function decoderOf(entry: string, units?: UnitMemory) {
  const { streams } = parse(`mqtt: {server: mqtt://h}\nstreams: [{topic: "house/#", parse: lenient, ${entry}}]\n`);
  const options = { limits: LIMITS, zoneOffsetOf: () => UTC_PLUS_1, report: () => undefined, matchesFilter, units };
  return createDecoder({ ...options, specs: streams as readonly StreamSpec[], maxTopics: 10 });
}

/** Sends texts, one message each. @returns numbers and reasons, and the unit of the stream */
function read(entry: string, texts: readonly string[], toPayload: (text: string) => string) {
  const { decode, sensorOf } = decoderOf(entry);
  let unit: string | undefined;
  const results = texts.flatMap((text, i) => {
    const { samples, drops } = decode(inbound('house/meter', toPayload(text), 1000 * i + 1000));
    for (const { stream } of samples) unit = sensorOf(stream)?.unit;
    return [...samples.map(({ value }) => value), ...drops.map(({ reason, refused }) => `${reason} ${refused?.value}`)];
  });
  return { results, unit };
}

const FIELD = (text: string): string => JSON.stringify({ load: text });
const WAYS: readonly (readonly [string, string, (text: string) => string])[] = [
  ['a named field', 'fields: [load]', FIELD],
  ['automatic choice', 'fields: auto', FIELD],
  ['automatic choice, a plain text', 'fields: auto', String],
  ['a dialect', 'source: zigbee2mqtt', FIELD],
  ['a dialect that is recognised, a plain text', 'source: auto', String],
];

describe.each(WAYS)('units behind numbers, by %s', (_, entry, toPayload) => {
  it('are those of the stream: decimal prefixes are converted, other units refused and counted', () => {
    const texts = ['1.2 kW', '950 W', '0.002 MW', '1.3 kWh', '1.1', '1,4 kW', '400000 mW'];
    const { results, unit } = read(entry, texts, toPayload);
    expect(results).toEqual([1.2, 0.95, 2, 'other-unit 1.3 kWh', 1.1, 1.4, 0.4]);
    expect(unit).toBe('kW');
  });

  it('are those of the process before, until the stream is forgotten', () => {
    const lines = new Set<string>();
    const valuesOf = (units: UnitMemory, ...texts: readonly string[]): unknown[] => {
      const { decode } = decoderOf(entry, units);
      return texts.map((text, i) => {
        const { samples, drops } = decode(inbound('house/meter', toPayload(text), 1000 * i + 1000));
        return samples[0]?.value ?? drops[0]?.reason;
      });
    };
    const process = (): UnitMemory => {
      const units = new UnitMemory(10);
      units.open({
        read: () => [...lines],
        add: (line) => void lines.add(line),
        remove: (line) => void lines.delete(line),
        close: () => undefined,
      });
      return units;
    };
    expect(valuesOf(process(), '1.2 kW')).toEqual([1.2]);
    expect(valuesOf(process(), '950 W', '21 °C', '2 kW')).toEqual([0.95, 'other-unit', 2]);
    const units = process();
    for (const line of lines) units.forget(decodeURIComponent(line.split(' ')[1] as string) as StreamId);
    expect(valuesOf(units, '21 °C', '950 W')).toEqual([21, 'other-unit']);
  });

  it('are asked for what is valid after they are converted', () => {
    const { results } = read(`${entry}, valid: {max: 5}`, ['1.2 kW', '950 W', '7000 W'], toPayload);
    expect(results).toEqual([1.2, 0.95, 'not-valid 7000 W']);
  });
});

it('of further inputs are those of the input', () => {
  const { decode } = decoderOf('target: a, inputs: [load]');
  const inputsOf = (load: string) =>
    decode(inbound('house/meter', JSON.stringify({ a: 1, load }))).samples[0]?.inputs?.[0];
  expect(['1.2 kW', '950 W', '3 °C'].map(inputsOf)).toEqual([1.2, 0.95, Number.NaN]);
});

describe('the unit of a stream', () => {
  const exponents = (about: About, texts: readonly string[]): unknown => {
    const unit = new StreamUnit(about);
    return texts.map((text) => unit.exponentOf(text));
  };

  it.each<[unit: string | undefined, texts: string[], expected: (number | undefined)[]]>([
    [undefined, ['°C', 'C', '℃', 'deg C', 'Celsius', '°F', 'K'], [0, 0, 0, 0, 0, undefined, undefined]],
    [undefined, ['day', 'days', 'h'], [0, 0, undefined]],
    [undefined, ['mm', 'm', 'min', 'm²', 'cm'], [0, 3, undefined, undefined, 1]],
    [undefined, ['m²', 'mm²', 'm2'], [0, undefined, 0]],
    [undefined, ['µg/m³', 'mg/m3', 'ug/m³', 'μg/m³', 'mg/l'], [0, 3, 0, 0, undefined]],
    [undefined, ['hPa', 'Pa', 'kPa', 'mbar'], [0, -2, 1, undefined]],
    [undefined, ['MW', 'mW'], [0, -9]],
    ['W', ['kW', 'W'], [3, 0]],
    ['°C', ['C', 'degC'], [0, 0]],
    // What the device declares is no unit like those that it writes: they are compared with each other.
    ['watts of heat', ['kW', 'W', 'J'], [0, -3, undefined]],
  ])('declared as %s, reads %j', (unit, texts, expected) => {
    expect(exponents({ unit }, texts)).toEqual(expected);
  });

  it('gives one size, whatever the prefixes and their order', () => {
    const prefix = fc.constantFrom(
      ...([
        ['', 0],
        ['m', -3],
        ['k', 3],
        ['M', 6],
      ] as const),
    );
    const base = fc.constantFrom('W', 'Wh', 'V', 'A', 'Hz', 'g', 'l');
    void fc.assert(
      fc.property(base, fc.array(prefix, { minLength: 2, maxLength: 6 }), (name, prefixes) => {
        const unit = new StreamUnit({});
        const first = prefixes[0]?.[1] as number;
        for (const [text, exponent] of prefixes) expect(unit.exponentOf(text + name)).toBe(exponent - first);
      }),
    );
  });
});
