import type { StreamId } from '../../src/domain/streamId.ts';
import type { Learner } from '../../src/learner/learner.ts';

export declare const TRICK: {
  readonly failStep: number;
  readonly failLearn: number;
  readonly learnLong: number;
  readonly exit: number;
  readonly crash: number;
  readonly sendRubbish: number;
  readonly hang: number;
  readonly print: number;
  readonly failOddly: number;
};

export declare function createTrickyLearner(stream: StreamId): Learner;
