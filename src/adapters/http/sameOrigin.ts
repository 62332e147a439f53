/** Headers of a request by lower-case names. */
export type HeaderOf = (name: string) => string | undefined;

/**
 * Tells if a request that changes something comes from our own page, or from a program. Browsers say so in `Sec-Fetch-Site`; on plain HTTP they leave it
 * out, and `Origin` has to be the host that they called. A proxy that calls us by another name says that one in `X-Forwarded-Host`, which no page can send.
 */
export function isSameOrigin(headerOf: HeaderOf): boolean {
  const site = headerOf('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = headerOf('origin');
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const { host } = new URL(origin);
  const called = [headerOf('host'), ...(headerOf('x-forwarded-host') ?? '').split(',')];
  return called.some((name) => name?.trim().toLowerCase() === host);
}
