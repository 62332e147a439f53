import type { ExpertName } from '../domain/expertName.ts';
import type { LearnerSettings } from '../domain/streamSettings.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Expert } from './experts/expert.ts';
import { LastValue } from './experts/lastValue.ts';
import { LstmDirect } from './experts/lstmDirect.ts';

/**
 * The experts that the settings name, in their order.
 * @throws RangeError where the kernel cannot hold a network, and what the kernel throws when it is full. Then none is left
 * behind in its memory.
 */
export function createExperts(kernel: Kernel, settings: LearnerSettings): readonly Expert[] {
  const experts: Expert[] = [];
  try {
    for (const name of settings.model.experts) experts.push(createExpert(name, kernel, settings));
  } catch (error) {
    for (const expert of experts) expert.free();
    throw error;
  }
  return experts;
}

function createExpert(name: ExpertName, kernel: Kernel, { model, horizons, exogenous }: LearnerSettings): Expert {
  switch (name) {
    case 'last_value':
      return new LastValue();
    case 'lstm_direct':
      return new LstmDirect(
        kernel,
        model,
        horizons.map(({ steps }) => steps),
        exogenous,
      );
  }
}
