import { BLOCK_ROWS, NO_LABEL, SMALLEST_LOG_P, smallestOf } from '../../model/labelBlock.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';
import { NO_AGE } from './labelCounts.ts';
import { fromLogByte, toLogByte } from './softmax.ts';

/** Experts whose log-probabilities are kept here: of `last` the label is enough, those of `recent` lie beside the inputs. */
const KEPT = ['instant', 'recent_label', 'net', 'net_label', 'mixed'] as const;
type Kept = (typeof KEPT)[number];

/** (C) each, in that order. */
export type KeptAnswers = readonly Float64Array[];

export function keptAnswers(logP: Readonly<Record<Kept, Float64Array>>): KeptAnswers {
  return KEPT.map((name) => logP[name]);
}

/** Knowledge and answer at a row, before its label. */
export interface RowAnswer {
  readonly at: number;
  /** The newest label then, or NO_LABEL, and its age in rows. */
  readonly last: number;
  readonly age: number;
  /** The label was fresh enough to be used. */
  readonly isFresh: boolean;
  /** Class that was published, or NO_LABEL, and its probability. */
  readonly published: number;
  readonly probability: number;
}

/** Answers of the rows of a recent block: a label is scored against what was said then, never against what would be said today. */
export class AnswerBlock implements Stateful {
  readonly #classes: number;
  /** (rows) ms */ readonly times: Float64Array = new Float64Array(BLOCK_ROWS);
  /** (rows, 5, C) */ readonly #logs: Uint8Array;
  readonly #last: Uint8Array = new Uint8Array(BLOCK_ROWS);
  readonly #age: Uint16Array = new Uint16Array(BLOCK_ROWS);
  readonly #isFresh: Uint8Array = new Uint8Array(BLOCK_ROWS);
  readonly #published: Uint8Array = new Uint8Array(BLOCK_ROWS);
  /** In steps of 1/255. */ readonly #probability: Uint8Array = new Uint8Array(BLOCK_ROWS);

  constructor(classes: number) {
    this.#classes = classes;
    this.#logs = new Uint8Array(BLOCK_ROWS * KEPT.length * classes);
  }

  /** @param answers of the experts, and of their mixture; undefined: none has answered */
  put(row: number, answer: RowAnswer, answers: KeptAnswers | undefined): void {
    this.times[row] = answer.at;
    this.#last[row] = answer.last;
    this.#age[row] = answer.age;
    this.#isFresh[row] = answer.isFresh ? 1 : 0;
    this.#published[row] = answer.published;
    this.#probability[row] = Math.round(255 * answer.probability);
    const C = this.#classes;
    let at = row * KEPT.length * C;
    if (answers === undefined) {
      this.#logs.fill(SMALLEST_LOG_P, at, at + KEPT.length * C);
      return;
    }
    for (let e = 0; e < answers.length; e++) {
      const logP = answers[e];
      for (let c = 0; c < C; c++) this.#logs[at++] = toLogByte(logP[c]);
    }
  }

  get(row: number): RowAnswer {
    return {
      at: this.times[row],
      last: this.#last[row],
      age: this.#age[row],
      isFresh: this.#isFresh[row] === 1,
      published: this.#published[row],
      probability: this.#probability[row] / 255,
    };
  }

  /** logP (C) out: what the expert had said. */
  logP(row: number, expert: Kept, logP: Float64Array): void {
    const C = this.#classes;
    const at = (row * KEPT.length + KEPT.indexOf(expert)) * C;
    for (let c = 0; c < C; c++) logP[c] = fromLogByte(this.#logs[at + c]);
  }

  /** The class that the expert held for the likeliest. */
  likeliest(row: number, expert: Kept): number {
    const C = this.#classes;
    return smallestOf(this.#logs, (row * KEPT.length + KEPT.indexOf(expert)) * C, C);
  }

  /** A copy for another list of classes. @param from (new C): place of each among those so far, −1: new */
  withClasses(from: readonly number[]): AnswerBlock {
    const next = new AnswerBlock(from.length);
    const [C, oldC] = [from.length, this.#classes];
    next.times.set(this.times);
    next.#age.set(this.#age);
    next.#isFresh.set(this.#isFresh);
    next.#probability.set(this.#probability);
    for (let row = 0; row < BLOCK_ROWS; row++) {
      next.#last[row] = placeIn(from, this.#last[row]);
      if (next.#last[row] === NO_LABEL) next.#age[row] = NO_AGE;
      next.#published[row] = placeIn(from, this.#published[row]);
      for (let e = 0; e < KEPT.length; e++) {
        const old = (row * KEPT.length + e) * oldC;
        from.forEach((source, c) => {
          next.#logs[(row * KEPT.length + e) * C + c] = source < 0 ? SMALLEST_LOG_P : this.#logs[old + source];
        });
      }
    }
    return next;
  }

  exchange(io: StateIo): void {
    io.array('times', this.times);
    io.array('logs', this.#logs);
    io.array('last', this.#last);
    io.array('age', this.#age);
    io.array('isFresh', this.#isFresh);
    io.array('published', this.#published);
    io.array('probability', this.#probability);
  }
}

function placeIn(from: readonly number[], label: number): number {
  const place = label === NO_LABEL ? -1 : from.indexOf(label);
  return place < 0 ? NO_LABEL : place;
}
