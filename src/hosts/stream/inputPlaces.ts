import type { Report } from '../../domain/events.ts';
import { sameNames } from '../../domain/sameNames.ts';
import type { Sample } from '../../domain/sample.ts';
import { ownSample } from '../../domain/sampleRow.ts';

const NONE: readonly string[] = [];

/**
 * Gives the further inputs of a stream's samples in the order of its configuration. A sample from the journal may be of a life with
 * other inputs, or with the same ones in another order: they are found by their names. One that it does not have is missing. Journals of old
 * versions have no names: as many inputs as the stream has are taken by their place, of any other number none can be told from the others.
 */
export class InputPlaces {
  /** (n); undefined: they go by their place. */
  readonly #names: readonly string[] | undefined;
  /** Names of the sample before, and (n) the place of each own one among them; undefined: they are the same. */
  #last: readonly string[] | undefined;
  #places: readonly number[] | undefined;

  readonly #report: Report;

  /** @param count n, how many further inputs the stream has @param names (n) */
  constructor(count: number, names: readonly string[] | undefined, report: Report) {
    this.#report = report;
    this.#names = count === 0 ? NONE : names;
    this.#last = this.#names;
  }

  /** @returns the sample itself, or a copy with its inputs (n) in other places */
  arrange(sample: Sample): Sample {
    const { inputs, inputNames } = sample;
    const own = this.#names;
    if (own === undefined || inputs === undefined) return sample;
    if (inputNames === undefined) return this.#arrangeUnnamed(sample, inputs.length, own);
    if (inputNames !== this.#last) {
      this.#last = inputNames;
      this.#places = sameNames(own, inputNames) ? undefined : own.map((name) => inputNames.indexOf(name));
    }
    const places = this.#places;
    if (places === undefined) return sample;
    return { ...ownSample(sample), inputs: places.map((place) => inputs[place] ?? Number.NaN), inputNames: own };
  }

  #arrangeUnnamed(sample: Sample, count: number, own: readonly string[]): Sample {
    const isByPlace = count === own.length;
    this.#report({ type: 'InputsUnnamed', stream: sample.stream, count, isByPlace });
    return isByPlace ? sample : { ...ownSample(sample), inputs: own.map(() => Number.NaN), inputNames: own };
  }
}
