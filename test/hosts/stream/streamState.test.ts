import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeStreamState, encodeStreamState } from '../../../src/hosts/stream/streamState.ts';

describe('the state of a stream', () => {
  it('gives back what was put in', () => {
    void fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.uint8Array({ maxLength: 300 }), (cursor, learner) => {
        const opened = decodeStreamState(encodeStreamState({ cursor, learner }));
        expect(opened).toEqual({ cursor: JSON.parse(JSON.stringify(cursor)), learner });
      }),
    );
  });

  it('lies anywhere in a larger buffer, and takes no cursor for null', () => {
    const sealed = encodeStreamState({ cursor: undefined, learner: Uint8Array.of(1, 2) });
    const larger = new Uint8Array(100);
    larger.set(sealed, 13);

    expect(decodeStreamState(larger.subarray(13, 13 + sealed.length))).toEqual({
      cursor: null,
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
    expect(decodeStreamState(Uint8Array.from(bytes))).toBeUndefined();
  });

  it('is undefined or the state of a stream, whatever the bytes', () => {
    const sealed = encodeStreamState({ cursor: { at: 1, inputs: [null, 2] }, learner: new Uint8Array(20) });
    void fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.nat(255), fc.nat(sealed.length), (place, byte, length) => {
        const opened = decodeStreamState(sealed.with(place, byte).subarray(0, length));
        if (opened !== undefined) expect(Object.keys(opened)).toEqual(['cursor', 'learner']);
      }),
      { numRuns: 500 },
    );
  });
});
