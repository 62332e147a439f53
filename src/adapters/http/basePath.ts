/** The address of a request without the path below which a proxy asks; one that is not below it stays as it is. @param url as in the request line, with its query */
export function withoutBase(url: string, base: string | undefined): string {
  if (base === undefined || !url.startsWith(base)) return url;
  const rest = url.slice(base.length);
  return rest.startsWith('/') ? rest : url;
}

/**
 * Tells where to go for the address that is the base itself: relative addresses in the page need the slash at its end. Relative too, as the proxy may have more in front;
 * undefined: the address is another one.
 */
export function redirectOfBase(url: string, base: string | undefined): string | undefined {
  if (base === undefined || !url.startsWith(base)) return undefined;
  const rest = url.slice(base.length);
  return rest === '' || rest.startsWith('?') ? `./${base.slice(base.lastIndexOf('/') + 1)}/${rest}` : undefined;
}
