import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder, type Decoder } from '../../../../src/adapters/payload/decoder.ts';
import { FlatLayout } from '../../../../src/adapters/payload/dialects/flatLayout.ts';
import type { ValidRule } from '../../../../src/domain/validReadings.ts';
import { ARRIVAL, inbound, LIMITS, makeSpec, matchesFilter, UTC_PLUS_1 } from '../../../fixtures/decoderSetup.ts';
import { rounds } from '../../../support/rounds.ts';

const TOPIC = 'zigbee2mqtt/porch';

/** Decoder of an entry with a dialect, with booleans as readings or without; of one with automatic choice, or of named fields. */
type Way = 'dialect' | 'booleans' | 'fields' | 'named' | 'one';

function make(way: Way, valid: ValidRule, from: 'message' | 'arrival'): Decoder {
  const dialect = { dialect: 'zigbee2mqtt', booleans: way === 'booleans' } as const;
  const source = way === 'dialect' || way === 'booleans' ? dialect : undefined;
  const fields = way === 'named' ? ['humidity', 'power', 'temperature'] : way === 'one' ? ['temperature'] : 'auto';
  const options = { limits: LIMITS, zoneOffsetOf: () => UTC_PLUS_1, report: () => undefined, matchesFilter };
  const specs = [makeSpec('zigbee2mqtt/#', fields, { source, valid, time: { from } })];
  return createDecoder({ ...options, specs, maxTopics: 10, takesRetained: false });
}

function read({ decode }: Decoder, text: string, at: number): unknown {
  const { samples, drops, passedOver } = decode(inbound(TOPIC, text, at));
  const readings = samples.map(({ stream, value, at: moment, origin, source }) => [
    ...[stream, Object.is(value, -0) ? 'minus zero' : value, moment],
    ...[{ ...origin }, source?.path, source?.dialect],
  ]);
  return { readings, drops: [...drops], passedOver };
}

const number = fc.constantFrom('1', '21.5', '-3.25', '0', '-0', '85', '1234567890.5', '230');
const word = fc.constantFrom('"idle"', '"ON"', 'true', 'false', 'null', '"21.5"', '"21,5 W"', '"on 5"');
const odd = fc.constantFrom(
  ...['1e3', '1e999', '12345678901234567', '01', '.5', '5.', '- 1', 'NaN', '"a\\n"', '"é"', '[1,2]', '{"x":1}', '""'],
  '"2026-03-10T11:59:00Z"',
);
const time = fc.constantFrom(
  ...['"2026-03-10T11:59:00Z"', '"2026-03-10T12:59:00.250+01:00"', '"2026-03-10T11:58:00-00:30"'],
  ...['"2026-03-10T11:59:60Z"', '"2026-02-30T11:59:00Z"', '"2026-03-10T11:59:00"', '"2026-03-10 11:59:00Z"'],
  ...['1773143999', '1773143999250', '1773143999.5', '123456789012345', '-1', '"1773143999"', 'null', '"soon"'],
);
const KINDS = { number, word, time };
/** A key has the same kind of value nearly always. */
const valueLike = (kind: keyof typeof KINDS) =>
  fc.oneof({ weight: 30, arbitrary: KINDS[kind] }, kind === 'number' ? word : number, odd);
const KEYS = [
  'temperature',
  'humidity',
  'linkquality',
  'state',
  'power',
  'power_calibration',
  'last_seen',
  'time',
  'ts',
  'seen',
  '7',
  '__proto__',
];
const BLANKS = fc.constantFrom('', ' ', '  ');
const JUNK = fc.constantFrom('', '', '', '', ' x', '}', '\0');
const toText = (keys: readonly string[], values: readonly string[], blank: string, junk: string): string =>
  `{${blank}${keys.map((key, i) => `"${key}":${blank}${values[i]}`).join(`,${blank}`)}}${junk}`;

/** Messages in a row, nearly all with the same keys. */
const messages = fc
  .array(fc.tuple(fc.constantFrom(...KEYS), fc.constantFrom('number', 'word', 'time')), { maxLength: 5 })
  .chain((fields) => {
    const keys = fields.map(([key]) => key);
    const same = fc.tuple(...fields.map(([, kind]) => valueLike(kind)));
    const other = fc.shuffledSubarray(keys);
    return fc.array(fc.tuple(fc.oneof({ weight: 5, arbitrary: fc.constant(keys) }, other), same, BLANKS, JUNK), {
      minLength: 1,
      maxLength: 8,
    });
  })
  .map((all) => all.map((parts) => toText(...parts)));

describe('messages of one layout', () => {
  it('give what each of them gives alone, whatever came before', () => {
    const way = fc.constantFrom<Way>('dialect', 'booleans', 'fields', 'named', 'one');
    const valid = fc.constantFrom<ValidRule>({}, { not: [85] }, { min: -2, max: 100 });
    void fc.assert(
      fc.property(way, valid, fc.constantFrom('message', 'arrival'), messages, (of, rule, from, all) => {
        const decoder = make(of, rule, from);
        let at: number = ARRIVAL;
        for (const text of all) expect(read(decoder, text, ++at)).toEqual(read(make(of, rule, from), text, at));
      }),
      { numRuns: rounds(500, 2500) },
    );
  });

  it('do not take a stream that another topic has claimed since their own was forgotten', () => {
    const { decode } = make('dialect', {}, 'message');
    const send = (topic: string, text: string) => {
      const { samples, drops } = decode(inbound(topic, text));
      return [samples.length, ...drops.map(({ reason }) => reason)];
    };
    for (let i = 0; i < 3; i++) expect(send('zigbee2mqtt/a', '{"b/c":1}')).toEqual([1]);
    expect(send('zigbee2mqtt/a/b', '{"c":2}')).toEqual([0, 'name-taken']);
    for (let i = 0; i < 9000; i++) send(`zigbee2mqtt/x${i}`, '{"v":1}');
    for (let i = 0; i < 3; i++) {
      const [first, second] = [send('zigbee2mqtt/a/b', '{"c":2}'), send('zigbee2mqtt/a', '{"b/c":1}')];
      expect([first, second]).toContainEqual([0, 'name-taken']);
      expect([first, second]).toContainEqual([1]);
    }
  });

  it('are read by the settings of now', () => {
    const source = { dialect: 'zigbee2mqtt', booleans: false } as const;
    const spec = makeSpec('zigbee2mqtt/#', 'auto', { source }) as { settings: ReturnType<typeof makeSpec>['settings'] };
    const options = { limits: LIMITS, zoneOffsetOf: () => UTC_PLUS_1, report: () => undefined, matchesFilter };
    const specs = [spec as ReturnType<typeof makeSpec>];
    const { decode } = createDecoder({ ...options, specs, maxTopics: 10, takesRetained: false });
    const send = () => decode(inbound(TOPIC, `{"power":85,"when":${(ARRIVAL - 5000) / 1000}}`));
    for (let i = 0; i < 3; i++) expect(send().samples).toHaveLength(2);
    const { settings } = spec;
    spec.settings = { ...settings, valid: { ...settings.valid, not: [85] } };
    expect(send().drops).toMatchObject([{ reason: 'not-valid', refused: { value: '85', field: 'power' } }]);
    spec.settings = { ...settings, time: { ...settings.time, path: 'when' } };
    expect(send().samples[0]).toMatchObject({ at: ARRIVAL - 5000, origin: { isTold: true } });
  });

  it('are no longer looked for on a topic whose messages differ', () => {
    const layout = new FlatLayout<string>();
    const payload = (key: string) => inbound(TOPIC, `{"${key}":1}`);
    const times: readonly string[] = [];
    for (let i = 0; i < 100 && !layout.isGivenUp; i++) {
      expect(layout.read(payload(`b${i}`), times)).toBe(false);
      layout.learn({ [`b${i}`]: 1 }, { times, takenAt: (key) => key, isOver: () => false });
      if (i === 3) expect(layout.read(payload('b3'), times)).toBe(true);
    }
    expect(layout.isGivenUp).toBe(true);
  });
});
