import { TidegateError } from '../domain/errors.ts';

/** Major and minor version of the oldest Node.js that the program runs on; `engines` of package.json says the same. */
export const OLDEST_NODE: readonly [major: number, minor: number] = [20, 19];

/** @param version as `process.versions.node` has it. @throws TidegateError TG_NODE_TOO_OLD */
export function requireNode(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new TidegateError(
    'TG_NODE_TOO_OLD',
    `Node.js ${OLDEST_NODE.join('.')} or newer is needed, this is ${version}: the README tells how to get one (Debian 12 has 18)`,
  );
}
