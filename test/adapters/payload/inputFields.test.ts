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

function make(spec: StreamSpec) {
  const { events, report } = collectEvents();
  const zoneOffsetOf = (): typeof UTC_PLUS_1 => UTC_PLUS_1;
  const decoder = createDecoder({ specs: [spec], limits: LIMITS, zoneOffsetOf, report, matchesFilter, maxTopics: 10 });
  return { decoder, events };
}

function read({ decode }: Decoder, payload: string, topic = 't'): unknown {
  const { samples, drops } = decode(inbound(topic, payload));
  return [...samples.map(({ value, inputs }) => [value, inputs]), ...drops.map(({ reason }) => reason)];
}

const missing = (name: string, reason: string, refused: object = {}, topic = 't'): object => ({
  ...{ type: 'InputMissing', topic, field: name, reason },
  ...refused,
});

describe('the further inputs of a target', () => {
  it('come from the same message, in their order, from any depth', () => {
    const { decoder, events } = make(makeSpec('t', ['v'], { inputs: [input('b.c'), input('a'), input('d.1')] }));
    expect(read(decoder, '{"a":1,"v":9,"b":{"c":2},"d":[5,6]}')).toEqual([[9, [2, 1, 6]]]);
    expect(read(decoder, '{"v":9,"b.c":"7.5","a":-0,"d":[0,1e-320]}')).toEqual([[9, [7.5, 0, 0]]]);
    expect(events).toEqual([]);
  });

  it('come with their names, by which a journal is read after they were changed', () => {
    const inputNames = ['b.c', 'a'];
    const spec = makeSpec('t', ['v'], { inputs: inputNames.map((name) => input(name)) });
    const { decoder } = make(spec);
    const decoded = decoder.decode(inbound('t', '{"a":1,"v":9,"b":{"c":2}}'));
    expect(decoded.samples).toMatchObject([{ inputs: [2, 1], inputNames }]);
  });

  it('cost no sample where they are missing or no numbers: each is NaN, and told with its reason', () => {
    const { decoder, events } = make(makeSpec('t', ['v'], { inputs: [input('a'), input('b')] }));
    expect(read(decoder, '{"v":1,"b":2}')).toEqual([[1, [Number.NaN, 2]]]);
    expect(read(decoder, '{"v":2,"a":null,"b":"unavailable"}')).toEqual([[2, [Number.NaN, Number.NaN]]]);
    expect(read(decoder, '{"v":3,"a":true,"b":1e400}')).toEqual([[3, [Number.NaN, Number.NaN]]]);
    expect(read(decoder, '{"v":4,"a":[],"b":{"b":1}}')).toEqual([[4, [Number.NaN, Number.NaN]]]);
    expect(events).toEqual([
      missing('a', 'no-field'),
      missing('a', 'missing'),
      missing('b', 'missing'),
      missing('a', 'not-a-number', { value: 'true', remedy: 'map, or with source: booleans: on' }),
      missing('b', 'not-finite', { value: 'Infinity' }),
      missing('a', 'not-a-number', { value: 'an array' }),
      missing('b', 'not-a-number', { value: 'an object' }),
    ]);
  });

  it('make no sample where the target has none, and are not told of then', () => {
    const { decoder, events } = make(makeSpec('t', ['v'], { inputs: [input('a')] }));
    expect(read(decoder, '{"a":1}')).toEqual(['no-field']);
    expect(read(decoder, '{"v":null}')).toEqual(['missing']);
    expect(read(decoder, '5')).toEqual(['no-field']);
    expect(events).toEqual([]);
  });

  it('take numbers for words, and one word may be several of them', () => {
    const { decoder } = make(
      makeSpec('t', ['v'], {
        inputs: [input('mode', { heat: 1, cool: 0 }), input('mode', { heat: 0, cool: 1 }), input('open', { true: 1 })],
      }),
    );
    expect(read(decoder, '{"v":1,"mode":"HEAT","open":true}')).toEqual([[1, [1, 0, 1]]]);
    expect(read(decoder, '{"v":1,"mode":"cool","open":false}')).toEqual([[1, [0, 1, Number.NaN]]]);
  });

  it('are looked up where the target is: in each element of a batch, or in the whole of it', () => {
    const each = make(makeSpec('t', ['v'], { inputs: [input('a')] }));
    expect(read(each.decoder, '[{"v":1,"a":10},{"v":2},{"v":3,"a":30}]')).toEqual([
      [1, [10]],
      [2, [Number.NaN]],
      [3, [30]],
    ]);
    const whole = make(makeSpec('t', ['0.v'], { inputs: [input('1.v')] }));
    expect(read(whole.decoder, '[{"v":1},{"v":2}]')).toEqual([[1, [2]]]);
  });

  it('leave the time of the reading to its target', () => {
    const { decoder } = make(makeSpec('t', ['v.x'], { inputs: [input('w.y')] }));
    const [sample] = decoder.decode(
      inbound('t', '{"v":{"x":1,"ts":1773143900},"w":{"y":2,"ts":1773143000},"ts":1773143950}'),
    ).samples;
    expect(sample).toMatchObject({ stream: 't/v.x', at: 1_773_143_900_000, value: 1, inputs: [2] });
  });

  it('are no property of a sample that has none', () => {
    const { decoder } = make(makeSpec('t', ['v', field('w')]));
    expect(decoder.decode(inbound('t', '{"v":1,"w":2}')).samples[0]?.inputs).toBeUndefined();
  });

  it('are told of once where none of the first twenty messages of a topic had one', () => {
    const { decoder, events } = make(makeSpec('+', ['v'], { inputs: [input('typo'), input('rare'), input('a')] }));
    for (let i = 0; i < 50; i++) {
      read(decoder, `{"v":${i},"a":1${i === 7 ? ',"rare":null' : ''}}`, 'x');
      if (i < 19) read(decoder, `{"v":${i}}`, 'y');
    }
    expect(events.filter(({ type }) => type === 'InputNeverSeen')).toEqual([
      { type: 'InputNeverSeen', topic: 'x', field: 'typo', messages: 20 },
    ]);
  });
});
