import type { HttpContext } from '../../../adapters/http/parts.ts';

/** An answer in JSON, which no cache keeps. @param body an object, or JSON that is written already */
export function json(
  c: HttpContext,
  body: object | string,
  status: 200 | 400 | 403 | 404 | 409 | 429 | 500 | 503 = 200,
): Response {
  c.header('Cache-Control', 'no-store');
  c.header('Content-Type', 'application/json; charset=utf-8');
  return c.body(typeof body === 'string' ? body : JSON.stringify(body), status);
}
