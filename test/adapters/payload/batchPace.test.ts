import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecoder, type Decoder } from '../../../src/adapters/payload/decoder.ts';
import type { Inbound } from '../../../src/domain/sample.ts';
import type { StreamSpec } from '../../../src/domain/streamSpec.ts';
import { ARRIVAL, inbound, LIMITS, makeSpec, matchesFilter, UTC_PLUS_1 } from '../../fixtures/decoderSetup.ts';

function make(spec: StreamSpec): Decoder {
  const options = { limits: LIMITS, zoneOffsetOf: () => UTC_PLUS_1, report: () => undefined, matchesFilter };
  return createDecoder({ ...options, specs: [spec], maxTopics: 10 });
}

/** Time of each reading in seconds since ARRIVAL, with the value before it. */
function timesAt({ decode }: Decoder, seconds: number, payload: string, more: Partial<Inbound> = {}): unknown {
  const { samples, drops } = decode({ ...inbound('t', payload, ARRIVAL + seconds * 1000), ...more });
  expect(drops).toEqual([]);
  for (const { at, origin } of samples) if (origin?.isTold === false) expect(origin.arrival).toBe(at);
  return samples.map(({ value, at }) => [value, (at - ARRIVAL) / 1000]);
}

const batch = (...values: number[]): string => JSON.stringify(values.map((v) => ({ v })));
const auto = { source: { dialect: 'auto', booleans: false } } as const;
const WAYS: readonly (readonly [string, () => Decoder])[] = [
  ['fields', () => make(makeSpec('t', ['v']))],
  ['fields: auto', () => make(makeSpec('t', 'auto'))],
  ['source: auto', () => make(makeSpec('t', 'auto', auto))],
  ['arrivals only', () => make(makeSpec('t', 'auto', { time: { from: 'arrival' } }))],
];

describe.each(WAYS)('a batch without times, read by %s', (_, create) => {
  it('is spread over the time since the message before, the last reading at the arrival', () => {
    const decoder = create();
    timesAt(decoder, 0, batch(1));
    expect(timesAt(decoder, 60, batch(2, 3, 4))).toEqual([
      [2, 20],
      [3, 40],
      [4, 60],
    ]);
    expect(timesAt(decoder, 120, batch(5, 6))).toEqual([
      [5, 90],
      [6, 120],
    ]);
  });

  it('is not spread over a silence that is longer than usual', () => {
    const decoder = create();
    for (const at of [0, 60]) timesAt(decoder, at, batch(1));
    expect(timesAt(decoder, 86_400, batch(2, 3, 4))).toEqual([
      [2, 86_340],
      [3, 86_370],
      [4, 86_400],
    ]);
    expect(timesAt(decoder, 86_460, batch(5, 6))).toEqual([
      [5, 86_430],
      [6, 86_460],
    ]);
  });

  it('has one time where nothing came before, and in a backlog, which tells nothing of the pace', () => {
    const decoder = create();
    const receipt = { isBacklog: true, isRedelivery: false, settle: () => undefined } as unknown as Inbound['receipt'];
    expect(timesAt(decoder, 0, batch(1, 2))).toEqual([
      [1, 0],
      [2, 0],
    ]);
    expect(timesAt(decoder, 0.01, batch(3, 4), { receipt })).toEqual([
      [3, 0.01],
      [4, 0.01],
    ]);
    expect(timesAt(decoder, 60, batch(5, 6))).toEqual([
      [5, 30],
      [6, 60],
    ]);
  });
});

describe('readings that came together', () => {
  it('of several streams keep the arrival: only those of one stream follow one another', () => {
    const decoder = make(makeSpec('t', 'auto', auto));
    timesAt(decoder, 0, '[{"id":"a","v":1}]');
    expect(timesAt(decoder, 60, '[{"id":"a","v":1},{"id":"b","v":2},{"id":"b","v":3}]')).toEqual([
      [2, 30],
      [1, 60],
      [3, 60],
    ]);
  });

  it('are those of lines with columns too', () => {
    const decoder = make(makeSpec('t', 'auto', auto));
    timesAt(decoder, 0, '1;5');
    expect(timesAt(decoder, 60, '2;6\n3;7')).toEqual([
      [2, 30],
      [6, 30],
      [3, 60],
      [7, 60],
    ]);
  });

  it('keep the times that they tell', () => {
    const decoder = make(makeSpec('t', ['v']));
    timesAt(decoder, 0, batch(1));
    const ts = ARRIVAL + 50_000;
    expect(timesAt(decoder, 60, `[{"v":1,"ts":${ts}},{"v":2},{"v":3}]`)).toEqual([
      [2, 30],
      [1, 50],
      [3, 60],
    ]);
  });

  it('rise, lie behind the message before, and are never later than their arrival', () => {
    void fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 1e7 }), fc.integer({ min: 1, max: 5 })), { minLength: 1 }),
        (messages) => {
          const { decode } = make(makeSpec('t', ['v']));
          let [before, arrival] = [Number.NEGATIVE_INFINITY, ARRIVAL as number];
          for (const [i, [gap, size]] of messages.entries()) {
            arrival += gap;
            const { samples } = decode(inbound('t', batch(...Array.from({ length: size }, (_, j) => j)), arrival));
            expect(samples.map(({ value }) => value)).toEqual(Array.from({ length: size }, (_, j) => j));
            for (const { at } of samples) {
              expect(at).toBeLessThanOrEqual(arrival);
              if (i > 0) expect(at).toBeGreaterThan(before);
              before = at;
            }
          }
        },
      ),
    );
  });
});
