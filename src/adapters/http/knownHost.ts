import { isIP } from 'node:net';

/**
 * Tells if the name in the header `Host` is one that no stranger can own: an address, `localhost`, a name in `.local` (multicast DNS stays in the
 * network), or one of `names`. A stranger's web page whose name leads to our address (DNS rebinding) has another.
 * @param host as in the header, with or without a port
 */
export function isKnownHost(host: string | undefined, names: readonly string[]): boolean {
  if (host === undefined) return false;
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(host);
  if (bracketed !== null) return isIP(bracketed[1]) === 6;
  const name = host.replace(/:\d+$/, '').replace(/\.$/, '').toLowerCase();
  if (isIP(name) === 4 || name === 'localhost' || name.endsWith('.localhost')) return true;
  return /^[\w-]+(?:\.[\w-]+)*\.local$/.test(name) || names.includes(name);
}
