// What runs programs for ARM on this machine: qemu's user emulation, and the libraries that Debian builds for ARM.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const EMULATORS = {
  arm64: { commands: ['qemu-aarch64-static', 'qemu-aarch64'], root: '/usr/aarch64-linux-gnu', suffix: 'arm64-cross' },
  armv7l: { commands: ['qemu-arm-static', 'qemu-arm'], root: '/usr/arm-linux-gnueabihf', suffix: 'armhf-cross' },
};

/** What Node is linked with, and the package of each. */
const LIBRARIES = {
  'libc.so.6': 'libc6',
  'libstdc++.so.6': 'libstdc++6',
  'libgcc_s.so.1': 'libgcc-s1',
  'libatomic.so.1': 'libatomic1',
};

/**
 * @param {'x64' | 'arm64' | 'armv7l'} processor
 * @returns {string[]} the words before the path of an executable; none for this machine's own
 */
export function emulatorFor(processor) {
  if (processor === 'x64') return [];
  const { commands, root } = EMULATORS[processor];
  return [commands.find(isInstalled) ?? commands[0], '-L', root];
}

/** @returns {string[]} the Debian packages that are not installed */
export function missingPackages() {
  const missing = Object.values(EMULATORS).flatMap(({ commands, root, suffix }) => [
    ...(commands.some(isInstalled) ? [] : ['qemu-user-static']),
    ...Object.entries(LIBRARIES)
      .filter(([file]) => !existsSync(join(root, 'lib', file)))
      .map(([, name]) => `${name}-${suffix}`),
  ]);
  return [...new Set(missing)];
}

function isInstalled(command) {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, command)));
}
