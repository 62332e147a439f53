import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openEnvelope, sealEnvelope } from '../../src/state/envelope.ts';

describe('an envelope', () => {
  it('gives back what was put in', () => {
    void fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.uint8Array({ maxLength: 300 }), (carried, learner) => {
        const opened = openEnvelope(sealEnvelope({ carried, learner }));
        expect(opened).toEqual({ carried: JSON.parse(JSON.stringify(carried)), learner });
      }),
    );
  });

  it('lies anywhere in a larger buffer, and takes nothing carried for null', () => {
    const sealed = sealEnvelope({ carried: undefined, learner: Uint8Array.of(1, 2) });
    const larger = new Uint8Array(100);
    larger.set(sealed, 13);

    expect(openEnvelope(larger.subarray(13, 13 + sealed.length))).toEqual({
      carried: null,
      learner: Uint8Array.of(1, 2),
    });
  });

  it.each<[string, number[]]>([
    ['nothing', []],
    ['less than a length', [1, 0, 0]],
    ['a length beyond the end', [5, 0, 0, 0, 34, 34]],
    ['an enormous length', [255, 255, 255, 255, 34, 34]],
    ['no JSON', [2, 0, 0, 0, 34, 34 + 1]],
    ['no text', [3, 0, 0, 0, 34, 0xff, 34]],
    ['an empty first part', [0, 0, 0, 0, 1]],
  ])('is none where there is %s', (_, bytes) => {
    expect(openEnvelope(Uint8Array.from(bytes))).toBeUndefined();
  });

  it('is undefined or an envelope, whatever the bytes', () => {
    const sealed = sealEnvelope({ carried: { at: 1, inputs: [null, 2] }, learner: new Uint8Array(20) });
    void fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.nat(255), fc.nat(sealed.length), (place, byte, length) => {
        const opened = openEnvelope(sealed.with(place, byte).subarray(0, length));
        if (opened !== undefined) expect(Object.keys(opened)).toEqual(['carried', 'learner']);
      }),
      { numRuns: 500 },
    );
  });
});
