import { describe, expect, it } from 'vitest';
import { PrequentialScores } from '../../../src/learner/classify/prequentialScores.ts';
import { statefulContract } from '../../contract/statefulContract.ts';

describe('scores', () => {
  it('are none before the first label', () => {
    expect(new PrequentialScores(3).read(10)).toBe(null);
  });

  it('are accuracy, macro F1 over the classes seen, calibration error and the share that is labelled', () => {
    const scores = new PrequentialScores(3);
    // Truth 0: answers 0, 0, 1. Truth 1: answer 1. Class 2 never.
    const pairs = [
      [0, 0.9],
      [0, 0.9],
      [1, 0.5],
    ] as const;
    for (const [answer, probability] of pairs) scores.add(answer, probability, 0);
    scores.add(1, 0.5, 1);
    const { labels, labelled, accuracy, macroF1, seen, calibrationError } = scores.read(40)!;
    expect([labels, labelled, seen]).toEqual([4, 0.1, 2]);
    expect(accuracy).toBeCloseTo(0.75, 3);
    // F1 of class 0: 2·2/(3 + 2); of class 1: 2·1/(1 + 2).
    expect(macroF1).toBeCloseTo((0.8 + 2 / 3) / 2, 3);
    // Two answers of 0.9, both right; two of 0.5, one right.
    expect(calibrationError).toBeCloseTo((0.2 + 0) / 4, 3);
  });

  it('weigh the newest thousands most', () => {
    const scores = new PrequentialScores(2);
    for (let n = 0; n < 5000; n++) scores.add(1, 0.9, 0);
    for (let n = 0; n < 30_000; n++) scores.add(0, 0.9, 0);
    expect(scores.read(50_000)!.accuracy).toBeGreaterThan(0.99);
  });

  it('move with the names', () => {
    const scores = new PrequentialScores(2);
    scores.add(1, 0.9, 1);
    scores.changeClasses([1, -1]);
    scores.add(0, 0.9, 0);
    expect(scores.read(2)).toMatchObject({ accuracy: 1, macroF1: 1, seen: 1 });
  });
});

describe('as any component with state', () => {
  statefulContract<PrequentialScores>({
    create: () => new PrequentialScores(4),
    advance: (scores, row) => scores.add(row % 4, (row % 10) / 10, row % 3),
    observe: (scores) => [scores.read(100)],
    cuts: [0, 1, 50],
    tail: 20,
  });
});
