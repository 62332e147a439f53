import type { Asker } from './access.ts';
import type { HttpContext } from './parts.ts';
import type { HeaderOf } from './sameOrigin.ts';

export function askerOf(c: HttpContext): Asker {
  return { headerOf: headersOf(c), from: c.env.incoming?.socket.remoteAddress ?? '', now: performance.now() };
}

export function headersOf(c: HttpContext): HeaderOf {
  return (name) => c.req.header(name);
}
