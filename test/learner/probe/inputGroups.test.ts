import fc from 'fast-check';
import { expect, it } from 'vitest';
import { linearFeatures, memoryFeatures, networkFeatures } from '../../../src/learner/carryOver/names.ts';
import { schemaOf } from '../../../src/learner/carryOver/schema.ts';
import { namedFeature } from '../../../src/learner/probe/inputGroups.ts';
import { toHorizons } from '../../support/series.ts';
import { makeSettings } from '../../support/settings.ts';

const OWN = [
  'level of this reading',
  'change since the last',
  'rhythm of arrival',
  'readings before it',
  'time of day and week',
  'a day ago',
  'a week ago',
  'linear forecast',
];

it('each feature of a reading and its past has one of the groups that people know', () => {
  const inputs = { lags: 3, calendar: true, dayLag: true, weekLag: true, linear: true };
  const schema = schemaOf(makeSettings({ horizons: toHorizons(1, 6), model: { inputs } }));
  const groups = memoryFeatures(schema, []).map((feature) => namedFeature(feature).group);
  expect(new Set(groups)).toEqual(new Set(OWN));
  expect(networkFeatures(schema, [], 'lstm_direct').map(namedFeature)).toHaveLength(groups.length);
  expect(linearFeatures(schema, [])).not.toHaveLength(0);
});

it('all that belongs to another field is one group with the name of the field, whatever that name is', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom('lag 1', 'level', 'day before 1', 'age of a', '\n')), (key) => {
      fc.pre(!/^#\d+$/.test(key));
      const schema = schemaOf(makeSettings({ exogenous: 1, inputNames: [key] }));
      const features = memoryFeatures(schema, [key]).map(namedFeature);
      const own = features.filter(({ group }) => !OWN.includes(group));
      expect(own.map(({ group }) => group)).toEqual(own.map(() => key));
      // Level, at least one difference, and age.
      expect(own.length).toBeGreaterThanOrEqual(OWN.includes(key) ? 0 : 3);
    }),
  );
});

it('a field whose name is not known is told by its place', () => {
  expect(namedFeature('level of #0')).toEqual({ name: 'level of input 1', group: 'input 1' });
  expect(namedFeature('difference 2 of #11')).toEqual({ name: 'difference 2 of input 12', group: 'input 12' });
});
