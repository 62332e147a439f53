import { expect, it } from 'vitest';
import { EXPERT_NAMES } from '../../src/domain/expertName.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import { createExperts } from '../../src/learner/createExperts.ts';
import { createCountingKernel } from '../support/countingKernel.ts';
import { learnerSettings } from '../support/series.ts';

it.each([EXPERT_NAMES, EXPERT_NAMES.toReversed(), EXPERT_NAMES.slice(0, 1)])(
  'makes the experts that are named, in their order: %s',
  (...names) => {
    const experts = createExperts(createPlainKernel(), learnerSettings({ model: { experts: names } }));
    expect(experts.map(({ name }) => name)).toEqual(names);
  },
);

it('makes none that is not named', () => {
  expect(createExperts(createPlainKernel(), learnerSettings({ model: { experts: [] } }))).toEqual([]);
});

it('leaves none behind in the kernel where a later one cannot be made', () => {
  const kernel = createCountingKernel(1);
  const experts = ['lstm_direct', 'last_value', 'lstm_direct'] as const;
  expect(() => createExperts(kernel, learnerSettings({ model: { experts } }))).toThrow('full');
  expect([kernel.made, kernel.alive]).toEqual([1, 0]);
});
