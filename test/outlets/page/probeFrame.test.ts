import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemoryProbe, Probe } from '../../../src/domain/memoryProbe.ts';
import { decodeProbe, encodeProbe } from '../../../src/outlets/page/probeFrame.ts';
import { idOf } from '../../pipeline/samples.ts';

const number = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0));
const orNone = fc.oneof(number, fc.constant(Number.NaN));
const floats = (length: number): fc.Arbitrary<Float32Array> =>
  fc
    .array(fc.float({ noDefaultInfinity: true }), { minLength: length, maxLength: length })
    .map((values) => Float32Array.from(values));

const shares: fc.Arbitrary<Probe> = fc.record({
  answer: fc.oneof(
    fc.record({
      kind: fc.constant('forecast' as const),
      network: fc.constant('lstm_direct' as const),
      horizon: fc.nat(),
    }),
    fc.record({
      kind: fc.constant('class' as const),
      label: fc.string(),
      isPublished: fc.boolean(),
      probability: number,
    }),
  ),
  at: number,
  baseline: number,
  replayed: number,
  carried: number,
  older: number,
  rows: fc.array(fc.record({ lag: fc.nat(), at: fc.option(number, { nil: undefined }), share: number })),
  inputs: fc.array(fc.record({ name: fc.string(), group: fc.string(), share: number })),
});

const probes: fc.Arbitrary<MemoryProbe> = fc
  .record({ H: fc.integer({ min: 1, max: 5 }), T: fc.integer({ min: 1, max: 6 }) })
  .chain(({ H, T }) =>
    fc.record({
      stream: fc.string().map(idOf),
      network: fc.constantFrom('lstm_residual' as const, 'lstm_direct' as const, 'classes' as const),
      networks: fc.constant(['lstm_direct', 'classes'] as const),
      cell: fc.constantFrom('lstm' as const, 'gru' as const),
      units: fc.constant(H),
      at: number,
      interval: number,
      horizon: fc.option(fc.nat(), { nil: undefined }),
      horizons: fc.array(fc.nat()),
      times: fc.array(orNone, { minLength: T, maxLength: T }),
      readings: fc.array(orNone, { minLength: T, maxLength: T }),
      states: fc.tuple(
        floats(T * H).map((values) => ({ name: 'f' as const, values })),
        floats(T * H).map((values) => ({ name: 'h' as const, values })),
      ),
      halfLives: fc.oneof(floats(H), floats(0)),
      importance: floats(H),
      halfLife: orNone,
      reach: floats(T),
      shares,
    }),
  );

describe('the frame of a probe', () => {
  it('brings back what went in, whatever the names', () => {
    fc.assert(
      fc.property(probes, (probe) => {
        expect(decodeProbe(encodeProbe(probe).buffer)).toEqual(probe);
      }),
    );
  });

  it('is refused where bytes are missing or too many', () => {
    fc.assert(
      fc.property(probes, fc.nat(), (probe, cut) => {
        const { buffer } = encodeProbe(probe);
        const length = cut % buffer.byteLength;
        expect(() => decodeProbe(buffer.slice(0, length))).toThrow();
        const longer = new Uint8Array(buffer.byteLength + 4);
        longer.set(new Uint8Array(buffer));
        expect(() => decodeProbe(longer.buffer)).toThrow(RangeError);
      }),
    );
  });
});
