import { expect, it } from 'vitest';
import { stateFolder } from '../../src/config/stateFolder.ts';

it.each([
  [{ STATE_DIRECTORY: '/var/lib/tidegate' }, '/var/lib/tidegate'],
  [{ STATE_DIRECTORY: '/var/lib/tidegate:/var/lib/other', XDG_STATE_HOME: '/x' }, '/var/lib/tidegate'],
  [{ STATE_DIRECTORY: '', XDG_STATE_HOME: '/x' }, '/x/tidegate'],
  [{ XDG_STATE_HOME: '' }, '/home/pi/.local/state/tidegate'],
  [{}, '/home/pi/.local/state/tidegate'],
])('with %j the state is in %s', (env, expected) => {
  expect(stateFolder({ env, homedir: '/home/pi' })).toBe(expected);
});
