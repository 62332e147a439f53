import { describe, expect, it } from 'vitest';
import { FAULT_SCORE } from '../../../src/learner/anomaly/faultRules.ts';
import { RestlessPatterns } from '../../../src/learner/anomaly/restlessPatterns.ts';
import { statefulContract } from '../../contract/statefulContract.ts';

/** Restlessness of the calm series. */
const calm = 1;

function knowing(verdicts: readonly (readonly ['fault' | 'normal', number])[]): RestlessPatterns {
  const patterns = new RestlessPatterns();
  for (const [verdict, restless] of verdicts)
    if (verdict === 'fault') patterns.addFault({ restless, calm });
    else patterns.addNormal({ restless, calm });
  return patterns;
}

/** Score of errors of 1.5 in each of the rows. */
function newsOf(patterns: RestlessPatterns, restless: readonly number[]): number[] {
  return restless.map((each) => {
    patterns.watch(each);
    return patterns.newsOf(1.5);
  });
}

describe('restless patterns', () => {
  it('leave the score as it is where none is known', () => {
    const patterns = knowing([]);
    expect([patterns.isEmpty, newsOf(patterns, [1, 10, 1e9])]).toEqual([true, [1.5, 1.5, 1.5]]);
  });

  it('raise the score of what is like a fault, from two fifths of it on', () => {
    expect(newsOf(knowing([['fault', 10]]), [1, 3.9, 4.1, 10, 1000])).toEqual([
      1.5,
      1.5,
      FAULT_SCORE,
      FAULT_SCORE,
      FAULT_SCORE,
    ]);
  });

  it('take the score of what is normal, and of the rows after it', () => {
    const rows = [1, 3, 4, 20, 29, ...Array<number>(46).fill(1)];
    expect(newsOf(knowing([['normal', 10]]), rows)).toEqual([1.5, 1.5, 0, 0, 0, ...Array<number>(45).fill(0), 1.5]);
  });

  it('leave the score of what goes beyond what is normal', () => {
    const patterns = knowing([['normal', 10]]);
    expect(newsOf(patterns, [10, 31])).toEqual([0, 1.5]);
    expect(patterns.isBeyond).toBe(true);
  });

  it.each([
    ['fault', 2.4],
    ['normal', 1.7],
    ['normal', Number.POSITIVE_INFINITY],
    ['fault', Number.NaN],
    ['fault', 0],
  ] as const)('know no %s of a restlessness of %d, where the calm series has 1', (verdict, restless) => {
    expect(knowing([[verdict, restless]]).isEmpty).toBe(true);
  });

  it('take the verdict that came last', () => {
    expect(
      newsOf(
        knowing([
          ['fault', 10],
          ['normal', 10],
        ]),
        [10],
      ),
    ).toEqual([0]);
    expect(
      newsOf(
        knowing([
          ['normal', 10],
          ['fault', 10],
        ]),
        [10],
      ),
    ).toEqual([FAULT_SCORE]);
  });

  it('take the nearer one of two', () => {
    const patterns = knowing([
      ['normal', 5],
      ['fault', 20],
    ]);
    expect(newsOf(patterns, [9.5, 11])).toEqual([0, FAULT_SCORE]);
  });

  it('forget a fault that lasts for more than 300 rows in a row', () => {
    const patterns = knowing([['fault', 10]]);
    expect(newsOf(patterns, Array<number>(301).fill(10)).slice(-2)).toEqual([FAULT_SCORE, 1.5]);
    expect(newsOf(patterns, [1, 10])).toEqual([1.5, 1.5]);
  });

  it('keep a fault that is more than what lasts', () => {
    const patterns = knowing([
      ['fault', 10],
      ['fault', 100],
    ]);
    newsOf(patterns, Array<number>(301).fill(12));
    expect(newsOf(patterns, [12, 50])).toEqual([1.5, FAULT_SCORE]);
  });

  it('remember eight of a kind, the newest', () => {
    const patterns = knowing(Array.from({ length: 9 }, (_, i) => ['normal', 10 ** (i + 1)] as const));
    expect(newsOf(patterns, [10])).toEqual([1.5]);
    expect(newsOf(patterns, [100])).toEqual([0]);
  });
});

describe('its state', () => {
  const verdicts = [
    ['fault', 100],
    ['normal', 10],
  ] as const;
  const rows = [...Array<number>(200).fill(100), 1, 10, 1, ...Array<number>(299).fill(100), 1, 10, 100, 1];
  statefulContract({
    create: () => ({
      patterns: knowing(verdicts),
      score: 0,
      exchange(io) {
        this.patterns.exchange(io.within('patterns'));
        this.score = io.number('score', this.score);
      },
    }),
    advance: (subject, row) => {
      subject.score = newsOf(subject.patterns, [rows[row % rows.length] as number])[0] as number;
    },
    observe: ({ score }) => [score],
    cuts: [0, 1, 203, 240, 503],
    tail: 700,
  });
});
