import { expect, it, test } from 'vitest';
import { findings } from '../../../../../src/outlets/page/site/views/system/findings.ts';
import { createWording } from '../../../../../src/outlets/page/site/words/wording.ts';

const wording = createWording(['en-GB']);
const WELL = {
  state: { degraded: [] },
  learning_share: 1,
  overload_level: 0,
  networks_frozen: 0,
  failures: 0,
  dropped: {},
};

it('finds nothing in good health, and says so', () => {
  expect(findings(WELL, wording)).toEqual([{ mark: 'good', text: 'Nothing is wrong that the daemon knows of.' }]);
  expect(findings(undefined, wording)).toEqual([]);
});

test.each([
  [{ broker: { connected: false } }, /^The broker is not connected/],
  [{ state: { degraded: ['not-written'] } }, /^The medium takes no writes/],
  [{ state: { degraded: ['damaged'] } }, /^The state was damaged/],
  [{ state: null }, /^Nothing that is learned outlives a restart/],
  [{ overload_level: 2 }, /level 2/],
  [{ learning_share: 0.9 }, /^10\.0\u00a0% of the readings/],
  [{ networks_frozen: 1 }, /^1 times a network/],
  [{ failures: 3 }, /^3 errors/],
  [{ silent_filters: ['a/+', 'b'] }, /a\/\+, b\.$/],
  [{ fields_never_seen: ['x'] }, /: x\.$/],
  [{ dropped: { late: 2, 'not-a-number': 3 } }, /^5 readings were dropped/],
])('finds %o', (changes, text) => {
  const found = findings({ ...WELL, ...changes }, wording);
  expect(found).toHaveLength(1);
  expect(found[0]?.text).toMatch(text);
});
