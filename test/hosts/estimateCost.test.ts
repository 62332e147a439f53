import { describe, expect, it } from 'vitest';
import { streamSettings } from '../../src/config/streamSettings.ts';
import type { ClassifySettings, StreamSettings } from '../../src/domain/streamSettings.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { classRowBytesOf, mostClassRowBytes, withAllClasses } from '../../src/hosts/classRows.ts';
import { createKernel } from '../../src/hosts/createKernel.ts';
import { estimateCost } from '../../src/hosts/estimateCost.ts';
import { StreamLearner } from '../../src/learner/streamLearner.ts';
import { idOf } from '../pipeline/samples.ts';
import { smallSettings } from '../support/settings.ts';

const KIB = 1024;
const CLASSIFY: ClassifySettings = {
  classes: ['a', 'b', 'c'],
  delay: toDurationMs(7_200_000),
  longestLag: undefined,
  dwell: { rows: 1 },
};

/** Rows and labels for much longer than any store takes to fill. @returns the largest snapshot among them */
function largestOf(settings: StreamSettings, every: number): number {
  const learner = new StreamLearner(createKernel(settings.model), settings);
  let largest = 0;
  for (let row = 0; row < 16_000; row++) {
    const at = toEpochMs(row * every);
    learner.step({ stream: idOf('s'), at, zoneOffset: toDurationMs(0), value: row % 5, effort: 5 });
    if (row % 7 === 0) {
      const label = ['a', 'b', 'c'][row % 3] as string;
      learner.instruct({ kind: 'label', stream: idOf('s'), at, from: at, to: at, label });
    }
    if (row % 1000 === 999) largest = Math.max(largest, learner.snapshot().length);
  }
  learner.free();
  return largest;
}

describe('the memory that a stream will take', () => {
  it.each([10_000, 60_000, 900_000])(
    'is what it takes once it has kept all it ever keeps, a row each %i ms',
    (every) => {
      const step = { every: toDurationMs(every), gapAfter: toDurationMs(0) };
      const settings = smallSettings({ classify: CLASSIFY, step });
      const largest = largestOf(settings, every);
      const { bytes } = estimateCost(settings);
      expect(bytes / largest).toBeGreaterThan(0.97);
      expect(bytes / largest).toBeLessThan(1.03);
    },
    60_000,
  );

  it('is never more than what is said where messages come as they like', () => {
    const settings = smallSettings({ classify: CLASSIFY });
    const { bytes } = estimateCost(settings);
    for (const every of [100, 3000]) expect(largestOf(settings, every)).toBeLessThan(1.01 * bytes);
  });

  it('has the classes in it: a stream without takes less by their rows and network', () => {
    const without = estimateCost(smallSettings()).bytes;
    const settings = smallSettings({ classify: CLASSIFY });
    const rows = mostClassRowBytes(settings);
    expect(rows).toBeGreaterThan(100 * KIB);
    const besides = estimateCost(settings).bytes - without - rows;
    expect(besides).toBeGreaterThan(5 * KIB);
    expect(besides).toBeLessThan(40 * KIB);
    expect(mostClassRowBytes(smallSettings())).toBe(0);
    expect(classRowBytesOf(new StreamLearner(createKernel(settings.model), smallSettings()).snapshot())).toBe(0);
  });

  it('is that of all the classes that labels may bring, where the list is open', () => {
    const open = smallSettings({ classify: { ...CLASSIFY, classes: 'open' } });
    const { classes } = withAllClasses(open).classify as ClassifySettings;
    expect(classes).toHaveLength(32);
    const named = smallSettings({ classify: { ...CLASSIFY, classes } });
    expect(estimateCost(open).bytes).toBe(estimateCost(named).bytes);
  });
});

it('counts the learning of classes into the CPU time', () => {
  const settings = streamSettings({});
  const times = (classify: ClassifySettings | undefined): number =>
    Math.min(...[1, 2, 3].map(() => estimateCost({ ...settings, classify }).microseconds));
  expect(times({ ...CLASSIFY, classes: 'open' })).toBeGreaterThan(times(undefined));
});
