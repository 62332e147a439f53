import { CLASS_SOURCES } from '../../domain/forecast.ts';
import { BLOCK_ROWS, NO_LABEL, SMALLEST_LOG_P } from '../../model/labelBlock.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';
import { NO_AGE } from './labelCounts.ts';
import { fromLogByte, toLogByte } from './softmax.ts';

const EXPERTS = CLASS_SOURCES.length;
/** Units of a probability that is kept in a byte. */
export const SURE = 255;
/** All other classes together have this probability at least: a byte cannot say how sure an expert is beyond it. */
const LEAST_DOUBT = 0.008;

/** Knowledge and answer at a row, before its label. */
export interface RowAnswer {
  /** ms */ readonly at: number;
  /** The newest label then, or NO_LABEL, and its age in rows. */
  readonly last: number;
  readonly age: number;
  /** The label was fresh enough to be used. */
  readonly isFresh: boolean;
  /** Class that was published, or NO_LABEL, and its probability. */
  readonly published: number;
  readonly probability: number;
}

/** Opinions of a row. */
export interface RowOpinions {
  /** (N) the likeliest class of each expert, and its probability in steps of 1/255. */
  readonly likeliest: Uint8Array;
  readonly sureness: Uint8Array;
  /** (C) ln p of the network and of the mixture. */
  readonly netLogP: Float64Array;
  readonly mixedLogP: Float64Array;
}

/** Answers of the rows of a recent block: a label is scored against what was said then, never against what would be said today. */
export class AnswerBlock implements Stateful {
  readonly #classes: number;
  /** (rows) ms */ readonly times: Float64Array = new Float64Array(BLOCK_ROWS);
  /** (rows, N): the likeliest class of each expert, in the order of CLASS_SOURCES; NO_LABEL where it has not answered. */
  readonly #likeliest: Uint8Array = new Uint8Array(BLOCK_ROWS * EXPERTS);
  /** (rows, N): probability of that class, in steps of 1/255. */
  readonly #sureness: Uint8Array = new Uint8Array(BLOCK_ROWS * EXPERTS);
  /** (rows, 2, C): −32·ln p of the network and of the mixture. */ readonly #logs: Uint8Array;
  readonly #last: Uint8Array = new Uint8Array(BLOCK_ROWS);
  readonly #age: Uint16Array = new Uint16Array(BLOCK_ROWS);
  readonly #isFresh: Uint8Array = new Uint8Array(BLOCK_ROWS);
  readonly #published: Uint8Array = new Uint8Array(BLOCK_ROWS);
  /** In steps of 1/255. */ readonly #probability: Uint8Array = new Uint8Array(BLOCK_ROWS);

  constructor(classes: number) {
    this.#classes = classes;
    this.#logs = new Uint8Array(BLOCK_ROWS * 2 * classes);
  }

  /** @param opinions undefined: no expert has answered */
  put(row: number, answer: RowAnswer, opinions: RowOpinions | undefined): void {
    this.times[row] = answer.at;
    this.#last[row] = answer.last;
    this.#age[row] = answer.age;
    this.#isFresh[row] = answer.isFresh ? 1 : 0;
    this.#published[row] = answer.published;
    this.#probability[row] = (0.5 + SURE * answer.probability) | 0;
    const C = this.#classes;
    const [first, net] = [row * EXPERTS, row * 2 * C];
    if (opinions === undefined) {
      this.#likeliest.fill(NO_LABEL, first, first + EXPERTS);
      this.#sureness.fill(0, first, first + EXPERTS);
      this.#logs.fill(SMALLEST_LOG_P, net, net + 2 * C);
      return;
    }
    const { likeliest, sureness, netLogP, mixedLogP } = opinions;
    for (let e = 0; e < EXPERTS; e++) {
      this.#likeliest[first + e] = likeliest[e];
      this.#sureness[first + e] = sureness[e];
    }
    for (let c = 0; c < C; c++) {
      this.#logs[net + c] = toLogByte(netLogP[c]);
      this.#logs[net + C + c] = toLogByte(mixedLogP[c]);
    }
  }

  get(row: number): RowAnswer {
    return {
      at: this.times[row],
      last: this.#last[row],
      age: this.#age[row],
      isFresh: this.#isFresh[row] === 1,
      published: this.#published[row],
      probability: this.#probability[row] / SURE,
    };
  }

  /** The class that the expert held for the likeliest. @param expert place in CLASS_SOURCES */
  likeliest(row: number, expert: number): number {
    return this.#likeliest[row * EXPERTS + expert];
  }

  /**
   * Probability that the expert had given to a class, as far as it is kept: what its likeliest class leaves over is shared by
   * the others alike. @param expert place in CLASS_SOURCES
   */
  probabilityOf(row: number, expert: number, label: number): number {
    const at = row * EXPERTS + expert;
    const p = this.#sureness[at] / SURE;
    return this.#likeliest[at] === label ? p : Math.max(LEAST_DOUBT, 1 - p) / Math.max(1, this.#classes - 1);
  }

  /** logP (C) out: what the network had said. */
  netLogP(row: number, logP: Float64Array): void {
    this.#read(row * 2 * this.#classes, logP);
  }

  /** logP (C) out: what the mixture had said. */
  mixedLogP(row: number, logP: Float64Array): void {
    this.#read((row * 2 + 1) * this.#classes, logP);
  }

  #read(from: number, logP: Float64Array): void {
    for (let c = 0; c < this.#classes; c++) logP[c] = fromLogByte(this.#logs[from + c]);
  }

  /** A copy for another list of classes. @param from (new C): place of each among those so far, −1: new */
  withClasses(from: readonly number[]): AnswerBlock {
    const next = new AnswerBlock(from.length);
    const [C, oldC] = [from.length, this.#classes];
    const moved = (label: number): number => placeIn(from, label);
    next.times.set(this.times);
    next.#age.set(this.#age);
    next.#isFresh.set(this.#isFresh);
    next.#probability.set(this.#probability);
    next.#likeliest.set(this.#likeliest.map(moved));
    next.#sureness.set(this.#sureness);
    next.#last.set(this.#last.map(moved));
    next.#published.set(this.#published.map(moved));
    for (let row = 0; row < BLOCK_ROWS; row++) {
      if (next.#last[row] !== NO_LABEL) continue;
      next.#age[row] = NO_AGE;
      next.#isFresh[row] = 0;
    }
    for (let row = 0; row < 2 * BLOCK_ROWS; row++) {
      from.forEach((source, c) => {
        next.#logs[row * C + c] = source < 0 ? SMALLEST_LOG_P : this.#logs[row * oldC + source];
      });
    }
    return next;
  }

  exchange(io: StateIo): void {
    io.array('times', this.times);
    io.array('likeliest', this.#likeliest);
    io.array('sureness', this.#sureness);
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
