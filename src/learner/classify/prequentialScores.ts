import type { ClassScores } from '../../domain/forecast.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';

const BINS = 15;
/** Labels that count, some 5,000. */
const DISCOUNT = 1 - 1 / 5000;

/** Published answers against the labels that came later (prequential, discounted; Gama et al. 2013). */
export class PrequentialScores implements Stateful {
  /** Labels in all, without discount. */
  #labels = 0;
  /** (C) discounted: labels of each class, answers of it, and where both agree. */
  #truths: Float64Array;
  #answers: Float64Array;
  #hits: Float64Array;
  /** Scores as the last label left them; undefined: to be measured anew. */
  #known: Omit<ClassScores, 'labelled'> | undefined;
  /** (15) by probability of the answer: answers, their probabilities, the right ones. */
  readonly #bins: Float64Array = new Float64Array(3 * BINS);

  constructor(classes: number) {
    this.#truths = new Float64Array(classes);
    this.#answers = new Float64Array(classes);
    this.#hits = new Float64Array(classes);
  }

  /** @param probability of the answer */
  add(answer: number, probability: number, truth: number): void {
    this.#labels++;
    this.#known = undefined;
    for (const sums of [this.#truths, this.#answers, this.#hits, this.#bins]) {
      for (let k = 0; k < sums.length; k++) sums[k] = DISCOUNT * sums[k];
    }
    const isRight = answer === truth ? 1 : 0;
    this.#truths[truth] = this.#truths[truth] + 1;
    this.#answers[answer] = this.#answers[answer] + 1;
    this.#hits[truth] = this.#hits[truth] + isRight;
    const bin = Math.min(BINS - 1, Math.floor(probability * BINS));
    this.#bins[bin] = this.#bins[bin] + 1;
    this.#bins[BINS + bin] = this.#bins[BINS + bin] + probability;
    this.#bins[2 * BINS + bin] = this.#bins[2 * BINS + bin] + isRight;
  }

  /** @param rows of the stream so far @returns null while there is no label */
  read(rows: number): ClassScores | null {
    if (this.#labels === 0) return null;
    this.#known ??= this.#measure();
    const { labels, accuracy, macroF1, seen, calibrationError } = this.#known;
    return { labels, labelled: labels / rows, accuracy, macroF1, seen, calibrationError };
  }

  #measure(): Omit<ClassScores, 'labelled'> {
    const total = sumOf(this.#truths);
    let seen = 0;
    let f1 = 0;
    // A class that was never labelled says nothing of how well it is told.
    for (let c = 0; c < this.#truths.length; c++) {
      if (this.#truths[c] === 0) continue;
      seen++;
      f1 += (2 * this.#hits[c]) / (this.#truths[c] + this.#answers[c]);
    }
    let distance = 0;
    for (let bin = 0; bin < BINS; bin++) distance += Math.abs(this.#bins[BINS + bin] - this.#bins[2 * BINS + bin]);
    const answers = sumOf(this.#bins.subarray(0, BINS));
    return {
      labels: this.#labels,
      accuracy: sumOf(this.#hits) / total,
      macroF1: f1 / seen,
      seen,
      calibrationError: distance / answers,
    };
  }

  /** @param from (new C): place of each class among those so far, −1 for one that is new */
  changeClasses(from: readonly number[]): void {
    this.#known = undefined;
    const moved = (sums: Float64Array): Float64Array =>
      Float64Array.from(from, (source) => (source < 0 ? 0 : sums[source]));
    this.#truths = moved(this.#truths);
    this.#answers = moved(this.#answers);
    this.#hits = moved(this.#hits);
  }

  exchange(io: StateIo): void {
    this.#labels = io.number('labels', this.#labels);
    io.array('truths', this.#truths);
    io.array('answers', this.#answers);
    io.array('hits', this.#hits);
    io.array('bins', this.#bins);
    this.#known = undefined;
  }
}

function sumOf(numbers: Float64Array): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}
