import { expect, it } from 'vitest';
import { stateFolder } from '../../src/config/stateFolder.ts';

it.each([
  [{ STATE_DIRECTORY: '/var/lib/tidegate', XDG_STATE_HOME: '/x' }, '/var/lib/tidegate'],
  [{ STATE_DIRECTORY: '/var/lib/tidegate:/var/lib/other' }, '/var/lib/tidegate'],
  [{ STATE_DIRECTORY: '', XDG_STATE_HOME: '/x' }, '/x/tidegate'],
  [{ XDG_STATE_HOME: 'relative' }, '/home/pi/.local/state/tidegate'],
  [{}, '/home/pi/.local/state/tidegate'],
])('%j gives %s', (env, folder) => {
  expect(stateFolder(env, '/home/pi')).toBe(folder);
});
