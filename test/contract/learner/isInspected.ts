import { describe, expect, it } from 'vitest';
import type { Label } from '../../../src/domain/streamInput.ts';
import { toEpochMs } from '../../../src/domain/time.ts';
import { idOf } from '../../pipeline/samples.ts';
import { expectSameBytes } from '../../support/expectSameBytes.ts';
import { noisySine, toSteps } from '../../support/series.ts';
import { type LearnerSubject, live } from './learnerSubject.ts';

const NOISY = toSteps(noisySine(400));

/** A look inside changes nothing, and is a copy; an input that is of no use changes nothing either. */
export function isInspected({ create, horizons }: LearnerSubject): void {
  describe('a look inside', () => {
    it('changes no forecast and no byte, whenever it is taken, and neither do reads ahead', () => {
      const seen = create();
      const unseen = create();
      for (const [row, step] of NOISY.entries()) {
        const isLookedAt = row < 40 || row % 16 === 0;
        if (isLookedAt) seen.inspect();
        expect([seen.prefetch(2), seen.prefetch(1)]).toEqual([expect.any(Number), expect.any(Number)]);
        const forecast = seen.step(step);
        if (isLookedAt) seen.inspect();
        seen.learn();
        expect(unseen.step(step)).toEqual(forecast);
        unseen.learn();
      }
      expectSameBytes(seen.snapshot(), unseen.snapshot());
    });

    it('shows readings, a mix for each horizon, and memories of equal size that move with each step', () => {
      const learner = create();
      live(learner, NOISY.slice(0, 300));
      const before = structuredClone(learner.inspect());
      const held = learner.inspect();
      live(learner, NOISY.slice(300, 310));
      const after = learner.inspect();
      expect(held).toEqual(before);
      expect([before.samples, after.samples]).toEqual([300, 310]);
      expect(after.horizons).toHaveLength(horizons.length);
      for (const { weights, source } of after.horizons) {
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
        expect(after.experts).toContain(source);
      }
      for (const [i, { hidden, cell }] of after.memories.entries()) {
        expect(cell).toHaveLength(hidden.length);
        expect(hidden).not.toEqual(before.memories[i]?.hidden);
        expect(hidden.every((h) => Math.abs(h) <= 1)).toBe(true);
      }
    });

    it('shows errors that tell experts and horizons apart, and how its networks learn', () => {
      const learner = create();
      live(learner, NOISY);
      const { experts, baselines, horizons: mixes, networks, memories } = learner.inspect();
      expect(networks.map(({ network }) => network)).toEqual(memories.map(({ network }) => network));
      for (const { errors, error, baselineError, skill } of mixes) {
        expect([errors.length, baselines.length]).toEqual([experts.length, experts.length]);
        for (const each of [...errors, error, baselineError]) expect(each).toBeGreaterThan(0);
        expect(skill).toBeCloseTo(1 - Number(error) / Number(baselineError), 9);
      }
      for (const { gradientNorm, rate, updates, rollbacks, frozenUntil } of networks) {
        expect([gradientNorm, rate, updates].every((number) => Number(number) > 0)).toBe(true);
        expect([rollbacks, frozenUntil]).toEqual([0, null]);
      }
    });

    it('is the same after a restart from a snapshot, but for the last gradient', () => {
      const learner = create();
      live(learner, NOISY);
      const { networks, ...kept } = learner.inspect();
      const forgotten = networks.map((network) => ({ ...network, gradientNorm: null }));
      expect(create(learner.snapshot()).inspect()).toEqual({ ...kept, networks: forgotten });
    });
  });

  it('refuses a label where it has no classes, and forecasts on as if none had come', () => {
    const at = toEpochMs(1);
    const label: Label = { kind: 'label', stream: idOf('x'), at, from: at, to: at, label: 'on' };
    const labelled = create();
    const unlabelled = create();
    for (const step of NOISY) {
      const forecast = labelled.step(step);
      expect(labelled.instruct(label)).toBe('no-classes');
      expect(unlabelled.step(step)).toEqual(forecast);
    }
    expectSameBytes(labelled.snapshot(), unlabelled.snapshot());
  });
}
