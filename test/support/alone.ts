import type { LearnerSettings } from '../../src/domain/streamSettings.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { ExpertSet } from '../../src/learner/expertSet.ts';
import type { Expert } from '../../src/learner/experts/expert.ts';

/** The first expert of the settings, with all that it otherwise shares, as one that stands by itself. */
export function alone(kernel: Kernel, settings: LearnerSettings): Expert {
  const panel = new ExpertSet(kernel, settings);
  const expert = panel.experts[0] as Expert;
  return {
    name: expert.name,
    isBaseline: expert.isBaseline,
    get isHealthy() {
      return expert.isHealthy;
    },
    observe(row) {
      panel.update(row);
      expert.observe(row);
    },
    move: (shift) => panel.move(shift),
    predict: (forecast, row) => expert.predict(forecast, row),
    learn: () => expert.learn(),
    forget: () => expert.forget(),
    exchange: (io) => panel.exchange(io),
    free: () => panel.free(),
  };
}
