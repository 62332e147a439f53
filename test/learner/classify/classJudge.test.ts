import { describe, expect, it } from 'vitest';
import type { Effort } from '../../../src/domain/effort.ts';
import type { ClassAnswer } from '../../../src/domain/forecast.ts';
import { createPlainKernel } from '../../../src/kernel/plain/plainKernel.ts';
import { createRandom } from '../../../src/kernel/random.ts';
import { AnswerBlock } from '../../../src/learner/classify/answerBlock.ts';
import { ClassJudge } from '../../../src/learner/classify/classJudge.ts';
import { NO_AGE } from '../../../src/learner/classify/labelCounts.ts';
import { NO_LABEL } from '../../../src/model/labelBlock.ts';
import { LabelBlocks } from '../../../src/model/labelBlocks.ts';
import type { StateIo } from '../../../src/model/stateIo.ts';
import { statefulContract } from '../../contract/statefulContract.ts';

const NAMES = ['low', 'middle', 'high'];
const SIZES = { inputSize: 6, hiddenSize: 4, windowRows: 16 };

/** A judge with one block of rows, whose labels come at once. */
class Bench {
  readonly kernel = createPlainKernel();
  readonly judge: ClassJudge;
  readonly blocks: LabelBlocks;
  #answers: AnswerBlock;
  #last = NO_LABEL;
  #rows = 0;

  constructor(names: readonly string[] = NAMES) {
    const options = { ...SIZES, cell: 'lstm', longestLag: undefined, seed: 5, dwell: { rows: 0 } } as const;
    this.judge = new ClassJudge(this.kernel, names, options);
    this.blocks = new LabelBlocks({ ...SIZES, classes: names.length, seed: 1 });
    this.#answers = new AnswerBlock(names.length);
  }

  step(x: Float32Array, label = NO_LABEL, effort: Effort = 0): ClassAnswer | undefined {
    if (this.blocks.recent.at(-1)?.isFull === true) this.blocks.dropOldest(this.judge.counts.counts);
    const block = this.blocks.open();
    if (block.wantsState) this.#keepState();
    const row = block.rows;
    const age = this.#last === NO_LABEL ? NO_AGE : 1;
    this.judge.judge(x, this.#last, age, 1000 * this.#rows++, block, this.#answers);
    const answer = this.judge.answer(this.#rows);
    this.judge.learn(effort, this.blocks, 1000 * this.#rows);
    if (label === NO_LABEL) return answer;
    this.judge.learnRow({ answers: this.#answers, row, x, lateness: 0 }, label, true);
    this.blocks.label(0, row, label);
    this.#last = label;
    return answer;
  }

  #keepState(): void {
    const [h, c] = [new Float32Array(4), new Float32Array(4)];
    this.judge.copyState(h, c);
    this.blocks.recent[0]!.keepState(h, c);
  }

  changeClasses(names: readonly string[]): void {
    const from = this.judge.changeClasses(names);
    this.blocks.changeClasses(from);
    this.#answers = this.#answers.withClasses(from);
    this.#last = from.indexOf(this.#last);
    if (this.#last < 0) this.#last = NO_LABEL;
  }

  exchange(io: StateIo): void {
    this.judge.exchange(io.within('judge'));
    this.blocks.exchange(io.within('blocks'));
    this.#answers.exchange(io.within('answers'));
    this.#last = io.number('last', this.#last);
    this.#rows = io.number('rows', this.#rows);
  }
}

/** The first input tells the class; the second one nothing. */
function rowAt(row: number): { readonly x: Float32Array; readonly label: number } {
  const random = createRandom(row);
  const label = random.integerBelow(3);
  return { x: Float32Array.of(label - 1, label - 1, random.uniform(-1, 1), 0, 0, 0), label };
}

function taught(rows: number, bench = new Bench()): Bench {
  for (let row = 0; row < rows; row++) bench.step(rowAt(row).x, rowAt(row).label);
  return bench;
}

describe('the judge of classes', () => {
  it('says nothing before the first label, nor with fewer than two classes', () => {
    expect(new Bench().step(rowAt(1).x)).toBe(undefined);
    const single = new Bench(['only']);
    single.step(rowAt(1).x, 0);
    expect(single.step(rowAt(2).x, 0)).toBe(undefined);
    expect(single.kernel.usedBytes).toBe(0);
  });

  it('answers with probabilities of its classes, and scores what it said before the label', () => {
    const bench = taught(600);
    const { x, label } = rowAt(9001);
    const answer = bench.step(x) as ClassAnswer;
    expect(answer.label).toBe(NAMES[label]);
    expect(answer.probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    // The label of the first row comes when nothing has been said yet.
    expect(answer.scores).toMatchObject({ labels: 599, seen: 3 });
    expect(answer.scores?.accuracy).toBeGreaterThan(0.9);
    expect(answer.scores?.calibrationError).toBeLessThan(0.1);
  });

  it('takes its classes along by name, also where one is new and one is gone', () => {
    const bench = taught(600);
    // The newest label is of a class that stays.
    bench.step(Float32Array.of(-1, -1, 0, 0, 0, 0), 0);
    const used = bench.kernel.usedBytes;
    bench.changeClasses(['high', 'new', 'low']);
    expect(bench.kernel.usedBytes).toBe(used);
    const low = bench.step(Float32Array.of(-1, -1, 0, 0, 0, 0));
    const high = bench.step(Float32Array.of(1, 1, 0, 0, 0, 0));
    expect([low?.label, high?.label]).toEqual(['low', 'high']);
    bench.changeClasses(['high']);
    expect([bench.kernel.usedBytes, bench.step(rowAt(1).x)]).toEqual([0, undefined]);
  });

  it('gives the memory of its network back', () => {
    const bench = taught(10);
    bench.judge.free();
    expect(bench.kernel.usedBytes).toBe(0);
  });
});

describe('as any component with state', () => {
  statefulContract<Bench>({
    create: () => new Bench(),
    advance(bench, row) {
      const { x, label } = rowAt(row);
      bench.step(x, row % 3 === 0 ? label : NO_LABEL, row % 200 < 100 ? 0 : 2);
    },
    observe: ({ judge }) => [judge.names, [...judge.counts.counts]],
    cuts: [0, 40, 250],
    tail: 70,
  });
});
