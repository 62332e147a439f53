import type { Access } from './access.ts';
import { askerOf } from './asker.ts';
import { HttpError } from './httpError.ts';
import type { HttpApp } from './parts.ts';
import { readBody } from './readBody.ts';

/** A session lasts for a year, or until there is another token. */
const YEAR_S = 31_536_000;

/** `POST api/login` with `{"token":"…"}`: the cookie of a session. The token itself never stands in an address, which proxies log. */
export function openLogin(app: HttpApp, access: Access): void {
  app.post('/api/login', async (c) => {
    const token = tokenOf(await readBody(c.req.raw));
    const session = access.logIn(token, askerOf(c));
    if (session === 'too-many') throw new HttpError('TG_HTTP_TOO_MANY');
    if (session === false) throw new HttpError('TG_HTTP_TOKEN');
    const secure = /^https\b/i.test(c.req.header('x-forwarded-proto') ?? '') ? '; Secure' : '';
    // Without `Path` it is that of the login, `<prefix>/api`: the prefix of a proxy is not known here.
    c.header('Set-Cookie', `${access.cookieName}=${session}; Max-Age=${YEAR_S}; SameSite=Strict; HttpOnly${secure}`);
    c.header('Cache-Control', 'no-store');
    return c.json({ ok: true });
  });
}

function tokenOf(body: Uint8Array): string {
  try {
    const { token } = JSON.parse(Buffer.from(body).toString()) as { readonly token?: unknown };
    if (typeof token === 'string') return token;
  } catch {
    // It is refused like any other.
  }
  throw new HttpError('TG_HTTP_INVALID', 'token: expected text');
}
