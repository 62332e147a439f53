import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/kernel/random.ts';
import { AnswerBlock, type RowAnswer, type RowOpinions } from '../../../src/learner/classify/answerBlock.ts';
import { NO_AGE } from '../../../src/learner/classify/labelCounts.ts';
import { NO_LABEL } from '../../../src/model/labelBlock.ts';
import { statefulContract } from '../../contract/statefulContract.ts';

const CLASSES = 3;

function answerAt(row: number): RowAnswer {
  const random = createRandom(row);
  const last = random.integerBelow(CLASSES);
  return {
    at: 1000 * row,
    last,
    age: random.integerBelow(900),
    isFresh: row % 2 === 0,
    published: (last + 1) % CLASSES,
    probability: random.integerBelow(256) / 255,
  };
}

function opinionsAt(row: number): RowOpinions {
  const random = createRandom(1000 + row);
  const logP = (): Float64Array => Float64Array.from({ length: CLASSES }, () => -random.integerBelow(193) / 32);
  return {
    likeliest: Uint8Array.from({ length: 6 }, () => random.integerBelow(CLASSES)),
    sureness: Uint8Array.from({ length: 6 }, () => 85 + random.integerBelow(171)),
    netLogP: logP(),
    mixedLogP: logP(),
  };
}

function read(block: AnswerBlock, row: number, classes = CLASSES) {
  const [net, mixed] = [new Float64Array(classes), new Float64Array(classes)];
  block.netLogP(row, net);
  block.mixedLogP(row, mixed);
  return {
    likeliest: Array.from({ length: 6 }, (_, expert) => block.likeliest(row, expert)),
    net: [...net],
    mixed: [...mixed],
  };
}

function filled(rows: number): AnswerBlock {
  const block = new AnswerBlock(CLASSES);
  for (let row = 0; row < rows; row++) block.put(row, answerAt(row), opinionsAt(row));
  return block;
}

describe('answers of a block', () => {
  it('are given back as they were, each of its row', () => {
    const block = filled(192);
    for (const row of [0, 1, 77, 191]) {
      expect(block.get(row)).toEqual(answerAt(row));
      const { likeliest, netLogP, mixedLogP } = opinionsAt(row);
      expect(read(block, row)).toEqual({ likeliest: [...likeliest], net: [...netLogP], mixed: [...mixedLogP] });
    }
  });

  it('say what probability an expert had given to a class: its own to the likeliest, what that leaves over to the others alike', () => {
    const block = filled(192);
    for (const row of [0, 9, 191]) {
      const { likeliest, sureness } = opinionsAt(row);
      for (let expert = 0; expert < 6; expert++) {
        const p = Array.from({ length: CLASSES }, (_, label) => block.probabilityOf(row, expert, label));
        const own = sureness[expert]! / 255;
        expect(p[likeliest[expert]!]).toBe(own);
        for (const [label, other] of p.entries()) {
          if (label !== likeliest[expert]) expect(other).toBe(Math.max(0.008, 1 - own) / 2);
        }
      }
    }
  });

  it('of a row without experts are none, whatever stood there before', () => {
    const block = filled(4);
    block.put(2, answerAt(2), undefined);
    expect(read(block, 2)).toEqual({
      likeliest: new Array(6).fill(NO_LABEL),
      net: new Array(CLASSES).fill(-6),
      mixed: new Array(CLASSES).fill(-6),
    });
    expect(block.likeliest(3, 0)).toBe(opinionsAt(3).likeliest[0]);
  });

  it('move along with their classes; of one that is gone nothing is left', () => {
    const moved = filled(192).withClasses([2, -1, 0, 1]);
    const place = [2, 3, 0];
    const cut = filled(192).withClasses([1]);
    for (const row of [0, 5, 191]) {
      const [answer, { likeliest, netLogP }] = [answerAt(row), opinionsAt(row)];
      const { last, published } = answer;
      expect(moved.get(row)).toEqual({ ...answer, last: place[last], published: place[published] });
      expect(read(moved, row, 4).likeliest).toEqual([...likeliest].map((label) => place[label]));
      expect(read(moved, row, 4).net).toEqual([netLogP[2], -6, netLogP[0], netLogP[1]]);
      expect(cut.get(row)).toMatchObject({ last: last === 1 ? 0 : NO_LABEL, age: last === 1 ? answer.age : NO_AGE });
      expect(read(cut, row, 1).likeliest).toEqual([...likeliest].map((label) => (label === 1 ? 0 : NO_LABEL)));
    }
  });
});

describe('as any component with state', () => {
  statefulContract<AnswerBlock>({
    create: () => new AnswerBlock(CLASSES),
    advance: (block, row) => block.put(row, answerAt(row), row % 5 === 4 ? undefined : opinionsAt(row)),
    observe: (block) => [block.get(0), read(block, 0), read(block, 30)],
    cuts: [0, 20],
    tail: 60,
  });
});
