import { expect, it } from 'vitest';
import { EXPERT_NAMES } from '../../src/domain/expertName.ts';
import { createPlainKernel } from '../../src/kernel/plain/plainKernel.ts';
import { createExperts } from '../../src/learner/createExperts.ts';
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
