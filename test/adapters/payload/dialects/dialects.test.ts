import { describe, expect, it } from 'vitest';
import { createDecoder, type Decoder } from '../../../../src/adapters/payload/decoder.ts';
import { DIALECTS } from '../../../../src/adapters/payload/dialects/dialects.ts';
import { DIALECT_NAMES, type DialectName } from '../../../../src/domain/dialectName.ts';
import { describeDamageContract, describeDialectContract, nameOf } from '../../../contract/dialectContract.ts';
import { describeFuzzContract } from '../../../contract/dialectFuzz.ts';
import { collectEvents, inbound, LIMITS, makeSpec, matchesFilter, UTC_PLUS_1 } from '../../../fixtures/decoderSetup.ts';
import { DIALECT_MESSAGES } from '../../../fixtures/dialectMessages.ts';

interface More {
  readonly booleans?: boolean;
  readonly by?: readonly string[];
  readonly report?: Parameters<typeof createDecoder>[0]['report'];
}

function create(dialect: 'auto' | DialectName, { booleans = false, by, report = () => undefined }: More = {}): Decoder {
  const source = { dialect, booleans };
  const specs = [{ ...makeSpec('#', 'auto', { time: { sanity: false } }), source, by }];
  return createDecoder({
    specs,
    limits: LIMITS,
    zoneOffsetOf: () => UTC_PLUS_1,
    report,
    matchesFilter,
    maxTopics: 200,
  });
}

const KNOWN = new Set(DIALECT_MESSAGES.map(({ dialect }) => dialect));
for (const dialect of KNOWN) describeDialectContract(dialect, create);
describeDamageContract(create);
describeFuzzContract(create);

describe('the list of dialects', () => {
  it('has each name once', () => {
    expect(DIALECTS.map(({ name }) => name).sort()).toEqual([...DIALECT_NAMES].sort());
  });

  it('has messages of each that is recognised', () => {
    expect(DIALECT_NAMES.filter((name) => !KNOWN.has(name) && !/^[iuf]\d/.test(name))).toEqual([]);
  });

  it('recognises each message as one dialect', () => {
    for (const fixture of DIALECT_MESSAGES) {
      const { events, report } = collectEvents();
      const { drops } = create('auto', { report }).decode(inbound(fixture.topic, fixture.payload));
      const unclear = events.filter(({ type }) => type === 'DialectUnclear');
      expect([unclear, drops.filter(({ reason }) => reason === 'several-dialects')]).toEqual([[], []]);
    }
  });
});

describe('automatic recognition', () => {
  it('names both dialects that fit, once, and reads the topic in neither', () => {
    const { events, report } = collectEvents();
    const decoder = create('auto', { report });
    const payload = '[{"bn":"urn:a","v":1}]';
    for (let i = 0; i < 2; i++)
      expect(decoder.decode(inbound('frigate/up', payload))).toMatchObject({
        samples: [],
        drops: [{ reason: 'several-dialects' }],
      });
    expect(events).toEqual([{ type: 'DialectUnclear', topic: 'frigate/up', dialects: ['senml', 'frigate'] }]);
  });

  it('takes a topic that begins as one dialect has it for no shape of another', () => {
    const shapes: readonly (readonly [levels: string, payload: string])[] = [
      ['x/status', 'online'],
      ['x/sensor/a/state', '5'],
      ['x/status/switch:0', '{"apower":1}'],
      ['x/rpc', '{"src":"a","method":"m"}'],
      ['bridge/state', 'online'],
      ['x/y', '{"linkquality":1}'],
      ['x/y/config', '{"unique_id":"a"}'],
    ];
    const beginnings = new Set(DIALECTS.flatMap(({ begins = [] }) => begins));
    for (const beginning of beginnings)
      for (const [levels, payload] of shapes) {
        const { events, report } = collectEvents();
        create('auto', { report }).decode(inbound(`${beginning}/${levels}`, payload));
        expect(events.filter(({ type }) => type === 'DialectUnclear')).toEqual([]);
      }
  });

  it('stays with what the first message has shown', () => {
    const decoder = create('auto');
    decoder.decode(inbound('plain', '5'));
    const { samples } = decoder.decode(inbound('plain', '[{"bn":"urn:a","v":1}]'));
    expect(samples.map(nameOf)).toEqual(['plain#v']);
  });

  it('leaves a topic alone that an entry of its own reads', () => {
    const specs = [
      makeSpec('tele/+/SENSOR', ['A.T']),
      { ...makeSpec('#', 'auto'), source: { dialect: 'auto' as const, booleans: false } },
    ];
    const options = {
      limits: LIMITS,
      zoneOffsetOf: () => UTC_PLUS_1,
      report: () => undefined,
      matchesFilter,
      maxTopics: 10,
    };
    const { decode } = createDecoder({ ...options, specs });
    const read = (topic: string) => decode(inbound(topic, '{"A":{"T":1,"H":2}}')).samples.map(({ stream }) => stream);
    expect(read('tele/x/SENSOR')).toEqual(['tele/x/SENSOR/A.T']);
    expect(read('tele/x/STATE')).toEqual(['tele/x/STATE/A.T', 'tele/x/STATE/A.H']);
  });
});

describe('options of a source', () => {
  it('reads words and booleans as 1 and 0 where that is asked for', () => {
    const { decode } = create('auto', { booleans: true });
    expect(decode(inbound('n/binary_sensor/door/state', 'ON')).samples.map(({ value }) => value)).toEqual([1]);
    expect(decode(inbound('zigbee2mqtt/m', '{"occupancy":false}')).samples.map(({ value }) => value)).toEqual([0]);
  });

  it('takes the sender from the paths of `by`', () => {
    const { decode } = create('generic', { by: ['who.id', 'who.line'] });
    const { samples } = decode(inbound('t', '{"who":{"id":7},"v":1}'));
    expect(samples.map(({ stream }) => stream)).toEqual(['t/7/-/v']);
  });

  it('reads bytes as the numbers that the source names', () => {
    const read = (name: DialectName, hex: string) =>
      create(name)
        .decode(inbound('b', Buffer.from(hex, 'hex')))
        .samples.map((sample) => [nameOf(sample), sample.value]);
    expect(read('f32be', '41d80000')).toEqual([['b', 27]]);
    expect(read('i16le', 'feff0200')).toEqual([
      ['b#0', -2],
      ['b#1', 2],
    ]);
    expect(create('u32be').decode(inbound('b', 'abc')).drops).toEqual([{ reason: 'not-a-number', topic: 'b' }]);
  });
});
