import { Hono } from 'hono/tiny';
import { HTTP_ERRORS } from '../../domain/httpErrors.ts';
import type { Access, Asker } from './access.ts';
import { askerOf, headersOf } from './asker.ts';
import { SAFE_HEADERS } from './headers.ts';
import { HttpError } from './httpError.ts';
import { isKnownHost } from './knownHost.ts';
import { openLogin } from './login.ts';
import type { HttpApp, HttpContext, HttpRoutes } from './parts.ts';
import { isSameOrigin } from './sameOrigin.ts';
import { HTTP_LIMITS } from './settings.ts';

export interface HttpAppOptions {
  readonly routes: readonly HttpRoutes[];
  readonly access: Access;
  /** Names by which it may be called, as in `HttpSettings`. */
  readonly hosts: () => readonly string[];
  /** Hears of every refusal but those of addresses where there is nothing. */
  readonly refused: (error: HttpError) => void;
  /** Hears of an error that is ours. */
  readonly failed: (error: unknown) => void;
}

/** All routes behind the checks that hold for each of them. */
export function createHttpApp({ routes, access, hosts, refused, failed }: HttpAppOptions): HttpApp {
  const app: HttpApp = new Hono();
  const open = new Set(['/api/login', ...routes.flatMap((each) => each.open)]);
  app.use(async (c, next) => {
    for (const [name, value] of Object.entries(SAFE_HEADERS)) c.header(name, value);
    checkHost(c, hosts());
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') checkChange(c);
    if (!open.has(c.req.path)) checkAccess(access, askerOf(c));
    await next();
  });
  openLogin(app, access);
  for (const each of routes) each.mount(app);
  app.notFound((c) => answerError(c, new HttpError('TG_HTTP_NOT_FOUND')));
  app.onError((error, c) => {
    if (error instanceof HttpError) {
      if (error.status !== 404) refused(error);
      return answerError(c, error);
    }
    failed(error);
    return answerError(c, new HttpError('TG_HTTP_FAILED'));
  });
  return app;
}

function checkHost(c: HttpContext, hosts: readonly string[]): void {
  if (!isKnownHost(c.req.header('host'), hosts)) throw new HttpError('TG_HTTP_HOST');
}

/** A request that changes something. No form can send JSON, and a page of another site has to ask first, which is not answered. */
function checkChange(c: HttpContext): void {
  if (c.req.method !== 'POST') throw new HttpError('TG_HTTP_METHOD');
  if (!isSameOrigin(headersOf(c))) throw new HttpError('TG_HTTP_ORIGIN');
  const type = c.req.header('content-type') ?? '';
  if (!/^application\/json\s*(?:;|$)/i.test(type)) throw new HttpError('TG_HTTP_MEDIA');
  if (Number(c.req.header('content-length') ?? 0) > HTTP_LIMITS.bodyBytes) throw new HttpError('TG_HTTP_TOO_LARGE');
}

function checkAccess(access: Access, asker: Asker): void {
  const verdict = access.mayPass(asker);
  if (verdict === 'too-many') throw new HttpError('TG_HTTP_TOO_MANY');
  if (!verdict) throw new HttpError('TG_HTTP_TOKEN');
}

function answerError(c: HttpContext, { code, message }: HttpError): Response {
  for (const [name, value] of Object.entries(SAFE_HEADERS)) c.header(name, value);
  c.header('Cache-Control', 'no-store');
  if (code === 'TG_HTTP_TOKEN') c.header('WWW-Authenticate', 'Bearer realm="tidegate"');
  return c.json({ error: { code, message } }, HTTP_ERRORS[code].status);
}
