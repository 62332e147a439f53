import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder, type Decoder } from '../../../src/adapters/payload/decoder.ts';
import { createDeviceBook } from '../../../src/adapters/payload/dialects/deviceBook.ts';
import { compileSpec } from '../../../src/adapters/payload/fieldSpec.ts';
import { createSourceGuess, type SourceGuess } from '../../../src/adapters/payload/sourceGuess.ts';
import type { StreamId } from '../../../src/domain/streamId.ts';
import type { StreamSpec } from '../../../src/domain/streamSpec.ts';
import { field, inbound, LIMITS, makeSpec, matchesFilter, UTC_PLUS_1 } from '../../fixtures/decoderSetup.ts';

function make(specs: readonly StreamSpec[]): Decoder {
  const zoneOffsetOf = (): typeof UTC_PLUS_1 => UTC_PLUS_1;
  return createDecoder({ specs, limits: LIMITS, zoneOffsetOf, report: () => undefined, matchesFilter, maxTopics: 10 });
}

const guessOf = (specs: readonly StreamSpec[]): SourceGuess => {
  const compiled = specs.map((spec) =>
    compileSpec(
      spec,
      () => UTC_PLUS_1,
      () => undefined,
      createDeviceBook(() => undefined, false),
    ),
  );
  return createSourceGuess(compiled, matchesFilter);
};

const guess = (...specs: StreamSpec[]): ((id: string) => unknown) => {
  const { specOf, isCertain } = guessOf(specs);
  return (id) => [specs.indexOf(specOf(id as StreamId)), isCertain(id as StreamId)];
};

describe('createSourceGuess', () => {
  it('finds the entry by topic, field, name or id', () => {
    const ask = guess(
      makeSpec('a/+', ['x.y', field('z', { name: 'zed' })]),
      makeSpec('b', ['v'], { id: 'boiler' }),
      makeSpec('c', ['v', 'w'], { id: 'tank' }),
      makeSpec('d/#', 'auto'),
    );
    expect(['a/1/x.y', 'a/1/zed', 'boiler', 'tank/w', 'd/e', 'd/e/f/g.h', 'd/%66orecast'].map(ask)).toEqual([
      [0, true],
      [0, true],
      [1, true],
      [2, true],
      [3, true],
      [3, true],
      [3, true],
    ]);
    expect(['a/1/z', 'boiler/v', 'tank/x', 'e'].map(ask)).toEqual(Array(4).fill([0, false]));
  });

  it('is not certain where two entries with other settings may give the stream', () => {
    const ask = guess(makeSpec('plug', 'auto'), makeSpec('plug/power', ['']));
    expect(ask('plug/power')).toEqual([0, false]);
    expect(ask('plug/voltage')).toEqual([0, true]);
    const { prospectsOf } = guessOf([makeSpec('plug', 'auto'), makeSpec('plug/power', [''])]);
    expect(['plug/power', 'plug/voltage', 'elsewhere'].map((id) => prospectsOf(id as StreamId).length)).toEqual([
      2, 1, 0,
    ]);
  });

  it('has for each stream that a message can give the entry that gave it, or says that it is not certain', () => {
    const level = fc.constantFrom('a', 'b', 'v', 'w');
    const topic = fc.array(level, { minLength: 1, maxLength: 3 }).map((levels) => levels.join('/'));
    const filter = fc.oneof(
      topic,
      fc.constant('#'),
      level.map((name) => `${name}/+`),
      level.map((name) => `${name}/#`),
    );
    const names = fc.constantFrom<'auto' | readonly string[]>('auto', [''], ['v'], ['v', 'w'], ['v.a', 'b']);
    const id = fc.option(fc.constantFrom('a', 'a/v', 'other'), { nil: undefined });
    const entry = fc.tuple(filter, names, id).map(([of, fields, name]) => {
      const hasId = name !== undefined && !/[+#]/.test(of);
      return makeSpec(of, fields, hasId ? { id: name } : {});
    });
    const payload = fc.constantFrom('1', '{"v":1}', '{"v":{"a":1},"b":2}', '{"v":1,"w":2,"a/v":3}');
    const check = (specs: readonly StreamSpec[], of: string, text: string): void => {
      const { specOf, isCertain, prospectsOf } = guessOf(specs);
      for (const { stream, source } of make(specs).decode(inbound(of, text)).samples) {
        expect(prospectsOf(stream)).toContainEqual(source?.spec.settings);
        if (isCertain(stream)) expect(specOf(stream).settings).toEqual(source?.spec.settings);
      }
    };
    const specs = fc.array(entry, { minLength: 1, maxLength: 4 });
    void fc.assert(fc.property(specs, topic, payload, check), { numRuns: 3000 });
  });

  it('has the settings of the field: what is valid differs from field to field', () => {
    const { specOf } = guessOf([makeSpec('a/+', [field('v', { valid: { min: 0 } }), field('w')])]);
    expect(['a/1/v', 'a/1/w'].map((id) => specOf(id as StreamId).settings.valid.min)).toEqual([
      0,
      Number.NEGATIVE_INFINITY,
    ]);
  });

  it('answers after any number of other streams as before', () => {
    const specs = [makeSpec('a/+', ['']), makeSpec('b/+', 'auto')];
    const decoder = make(specs);
    decoder.decode(inbound('b/0', '{"v":1}'));
    for (let i = 0; i < 5000; i++) decoder.decode(inbound(`a/${i}`, '1'));
    expect(decoder.settingsOf('b/0/v' as StreamId)).toBe(specs[1]?.settings);
  });
});
