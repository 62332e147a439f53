import { forecastsWell } from './learner/forecastsWell.ts';
import { goesOnFromSnapshot } from './learner/goesOnFromSnapshot.ts';
import { isDeterministic } from './learner/isDeterministic.ts';
import { isInspected } from './learner/isInspected.ts';
import type { LearnerSubject } from './learner/learnerSubject.ts';
import { neverLooksAhead } from './learner/neverLooksAhead.ts';
import { saysWhatItKnows } from './learner/saysWhatItKnows.ts';
import { survivesAnything } from './learner/survivesAnything.ts';

export type { LearnerSubject } from './learner/learnerSubject.ts';

/** Contract of every learner. */
export function learnerContract(subject: LearnerSubject): void {
  survivesAnything(subject);
  isDeterministic(subject);
  goesOnFromSnapshot(subject);
  isInspected(subject);
  neverLooksAhead(subject);
  saysWhatItKnows(subject);
  forecastsWell(subject);
}
