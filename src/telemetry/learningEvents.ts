import { add } from './counters.ts';
import type { EventRows } from './eventRow.ts';

/** Readings that less is learned from, and why. */
export const LEARNING_EVENTS: Pick<EventRows, 'LearningThinned' | 'LearningKeptOut' | 'OverloadChanged'> = {
  LearningThinned: { count: (counters) => void counters.learningThinned++, line: null },
  LearningKeptOut: { count: (counters, { cause }) => add(counters.keptOut, cause), line: null },
  OverloadChanged: {
    count: (counters, { level }) => {
      counters.overloadLevel = level;
    },
    line: {
      level: ({ level }) => (level === 0 ? 'info' : 'warning'),
      text: ({ level }) =>
        level === 0
          ? 'overload ended: everything is learned again'
          : `overload: learning is thinned (level ${level} of 6)`,
      key: 'each',
    },
  },
};
