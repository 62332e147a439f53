import { expect, test } from 'vitest';
import { isColorWanted } from '../../../src/adapters/terminal/isColorWanted.ts';

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
])('%o on a terminal: %s gives %s', (env, isTerminal, wanted) => {
  expect(isColorWanted(env, isTerminal)).toBe(wanted);
});
