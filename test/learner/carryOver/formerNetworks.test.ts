import { describe, expect, it } from 'vitest';
import type { StreamSettings } from '../../../src/domain/streamSettings.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { createPlainKernel } from '../../../src/kernel/plain/plainKernel.ts';
import { StreamLearner } from '../../../src/learner/streamLearner.ts';
import { learnerSettings, noisySine, toSteps } from '../../support/series.ts';

const LARGE = learnerSettings({ model: { hidden: 6, replayRows: 40 } });
const SMALL = learnerSettings({ model: { hidden: 3, replayRows: 40 } });
const GRU = learnerSettings({ model: { hidden: 6, replayRows: 40, cell: 'gru' } });
/** Fifteen minutes apart: a week is 672 of them. */
const STEPS = toSteps(noisySine(1200));

interface Life {
  readonly settings: StreamSettings;
  readonly until: number;
}

/** One life after the other, each from the state of the one before. */
function live(lives: readonly Life[], keptFor?: number): StreamLearner {
  let learner: StreamLearner | undefined;
  let row = 0;
  for (const { settings, until } of lives) {
    const options = keptFor === undefined ? {} : { keptFor: toDurationMs(keptFor) };
    learner = new StreamLearner(createPlainKernel(), settings, learner?.snapshot(), options);
    for (; row < until; row++) learner.step(STEPS[row]!);
  }
  return learner as StreamLearner;
}

const first = { settings: LARGE, until: 100 };
const last = { settings: LARGE, until: 100 };

describe('networks that a changed configuration has no place for', () => {
  it.each([SMALL, GRU])('come back with it', (settings) => {
    expect(live([first, { settings, until: 100 }, last]).carried).toMatchObject({ state: 'returned', anew: [] });
  });

  it('come back over two configurations in between, and through a restart', () => {
    const between = [SMALL, SMALL, GRU, GRU].map((settings) => ({ settings, until: 100 }));
    expect(live([first, ...between, last]).carried?.state).toBe('returned');
  });

  it('are gone after a week of readings', () => {
    const at = (until: number): Life[] => [first, { settings: GRU, until }, { settings: LARGE, until }];
    expect(live(at(700)).carried?.state).toBe('returned');
    expect(live(at(800)).carried?.state).toBe('anew');
  });

  it('are not kept where that is not wanted', () => {
    expect(live([first, { settings: GRU, until: 100 }, last], 0).carried?.state).toBe('anew');
  });

  it('take a byte for each weight, and none once they are back', () => {
    const without = live([first]).snapshot().length;
    const small = live([{ settings: SMALL, until: 100 }]).snapshot().length;
    expect(live([first, { settings: SMALL, until: 100 }]).snapshot().length).toBeGreaterThan(small + 1000);
    const more = live([first, { settings: SMALL, until: 100 }, last]).snapshot().length - without;
    // What the small one knew is put aside in turn.
    expect(more).toBeGreaterThan(0);
    expect(more).toBeLessThan(4000);
  });
});
