import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../../src/domain/events.ts';
import type { Sample } from '../../../src/domain/sample.ts';
import { InputPlaces } from '../../../src/hosts/stream/inputPlaces.ts';
import { among, sampleOf } from '../../pipeline/samples.ts';

const noReport = (): void => undefined;
const NAMES = ['valve', 'sun', 'people', ''];
const someNames = fc.shuffledSubarray(NAMES);

/** A reading whose inputs have these names, each with a value that tells it. */
function readingOf(names: readonly string[], at: number): Sample {
  const inputs = names.map((name) => 100 * at + NAMES.indexOf(name));
  return { ...sampleOf('attic', at), inputs, inputNames: names };
}

describe('InputPlaces', () => {
  it('finds each further input by its name, whatever configurations the readings are of', () => {
    fc.assert(
      fc.property(someNames, fc.array(someNames, { maxLength: 12 }), (own, lives) => {
        const places = new InputPlaces(own.length, own, noReport);
        for (const [at, names] of lives.entries()) {
          const { inputs } = places.arrange(readingOf(names, at));
          const expected = own.map((name) => (names.includes(name) ? 100 * at + NAMES.indexOf(name) : Number.NaN));
          expect(inputs).toEqual(expected);
        }
      }),
    );
  });

  it('gives a reading of the same names as it is, and changes none', () => {
    const places = new InputPlaces(2, ['valve', 'sun'], noReport);
    const same = readingOf(['valve', 'sun'], 1);
    expect(places.arrange(same)).toBe(same);
    const other = readingOf(['sun', 'valve'], 2);
    expect(places.arrange(other)).toEqual({ ...other, inputs: [200, 201], inputNames: ['valve', 'sun'] });
    expect(other.inputs).toEqual([201, 200]);
  });

  it('leaves inputs in their places where its own have no names', () => {
    const named = readingOf(['sun', 'valve'], 1);
    expect(new InputPlaces(2, undefined, noReport).arrange(named)).toBe(named);
    const bare = sampleOf('attic', 1);
    expect(new InputPlaces(1, ['sun'], noReport).arrange(bare)).toBe(bare);
  });

  it('takes as many as it has in their order where a journal does not name them, and none of another number, and says so', () => {
    fc.assert(
      fc.property(someNames, fc.array(fc.nat(4), { maxLength: 6 }), (own, counts) => {
        const events: DomainEvent[] = [];
        const places = new InputPlaces(own.length, own, (event) => events.push(event));
        for (const [at, count] of counts.entries()) {
          const told = among(sampleOf('attic', at), ...Array.from({ length: count }, (_, i) => 10 * at + i));
          const { inputs } = places.arrange(told);
          expect(inputs).toEqual(count === own.length ? told.inputs : own.map(() => Number.NaN));
          // The next one with names is found by these.
          expect(places.arrange(readingOf(own, at)).inputs).toEqual(readingOf(own, at).inputs);
        }
        const stream = sampleOf('attic', 1).stream;
        expect(events).toEqual(
          counts.map((count) => ({ type: 'InputsUnnamed', stream, count, isByPlace: count === own.length })),
        );
      }),
    );
  });

  it('leaves out all of them where the stream has none any more', () => {
    expect(new InputPlaces(0, undefined, noReport).arrange(readingOf(['sun'], 1)).inputs).toEqual([]);
  });
});
