import { CLASS_SOURCES } from '../../domain/forecast.ts';
import { BLOCK_ROWS, NO_LABEL, SMALLEST_LOG_P } from '../../model/labelBlock.ts';
import type { Stateful, StateIo } from '../../model/stateIo.ts';
import { NO_AGE } from './labelCounts.ts';
import { fromLogByte, toLogByte } from './softmax.ts';

const EXPERTS = CLASS_SOURCES.length;

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

/** Opinions of a row: (N) the likeliest class of each expert, (C) ln p of the network and of the mixture. */
export interface RowOpinions {
  readonly likeliest: Uint8Array;
  readonly netLogP: Float64Array;
  readonly mixedLogP: Float64Array;
}

/** Answers of the rows of a recent block: a label is scored against what was said then, never against what would be said today. */
export class AnswerBlock implements Stateful {
  readonly #classes: number;
  /** (rows) ms */ readonly times: Float64Array = new Float64Array(BLOCK_ROWS);
  /** (rows, N): the likeliest class of each expert, in the order of CLASS_SOURCES; NO_LABEL where it has not answered. */
  readonly #likeliest: Uint8Array = new Uint8Array(BLOCK_ROWS * EXPERTS);
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
    this.#probability[row] = (0.5 + 255 * answer.probability) | 0;
    const C = this.#classes;
    const [first, net] = [row * EXPERTS, row * 2 * C];
    if (opinions === undefined) {
      this.#likeliest.fill(NO_LABEL, first, first + EXPERTS);
      this.#logs.fill(SMALLEST_LOG_P, net, net + 2 * C);
      return;
    }
    const { likeliest, netLogP, mixedLogP } = opinions;
    for (let e = 0; e < EXPERTS; e++) this.#likeliest[first + e] = likeliest[e];
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
      probability: this.#probability[row] / 255,
    };
  }

  /** The class that the expert held for the likeliest. @param expert place in CLASS_SOURCES */
  likeliest(row: number, expert: number): number {
    return this.#likeliest[row * EXPERTS + expert];
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
