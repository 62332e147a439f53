import type { Forecast } from '../../../src/domain/forecast.ts';
import type { Step } from '../../../src/domain/sample.ts';
import type { Learner } from '../../../src/learner/learner.ts';

export interface LearnerSubject {
  /** Always with the same settings and seed; on a snapshot where there is one. */
  create(snapshot?: Uint8Array): Learner;
  /** Steps ahead, smallest first. */
  readonly horizons: readonly number[];
  /** k1 */
  readonly every: number;
  /** It can be better than the last value. */
  readonly canLearn: boolean;
  /** An always-on baseline holds it where it cannot. */
  readonly isGuarded: boolean;
}

/** Each row in the host's order: step, hand out, learn. */
export function live(learner: Learner, steps: readonly Step[]): Forecast[] {
  return steps.map((step) => {
    const forecast = learner.step(step).toForecast();
    learner.learn();
    return forecast;
  });
}
