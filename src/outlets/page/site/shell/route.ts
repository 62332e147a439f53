import { decodeId, encodeId } from '../data/streamPath.ts';

/** The view that an address shows. */
export type Route =
  | { readonly view: 'overview' | 'alarms' | 'system' | 'configuration' | 'nowhere' }
  | { readonly view: 'stream' | 'memory'; readonly stream: string };

/** Fragment of an address, as `#/stream/plant%2Fpump7`. */
export function hashOf(route: Route): string {
  switch (route.view) {
    case 'overview':
      return '#/';
    case 'stream':
    case 'memory':
      return `#/${route.view}/${encodeId(route.stream)}`;
    default:
      return `#/${route.view}`;
  }
}

/** The route of a fragment; anything that is none is `nowhere`. */
export function routeOf(hash: string): Route {
  const [view = '', ...rest] = hash.replace(/^#?\/?/, '').split('/');
  if (view === '' && rest.length === 0) return { view: 'overview' };
  if (rest.length === 0 && (view === 'alarms' || view === 'system' || view === 'configuration')) return { view };
  if (view === 'stream' || view === 'memory') {
    // A proxy or a mail program may have decoded the slashes.
    const stream = decodeId(rest.join('/'));
    if (stream !== undefined && stream !== '') return { view, stream };
  }
  return { view: 'nowhere' };
}
