import { describe, expect, it } from 'vitest';
import { httpStages, thing } from './httpStage.ts';

const stageWith = httpStages();
const TOKEN = 'correct-horse-battery';
const login = (token: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ token }),
});
const bearer = (token: string): RequestInit => ({ headers: { Authorization: `Bearer ${token}` } });

describe('the token', () => {
  it('is asked for by all but what is open', async () => {
    const stage = stageWith({ token: TOKEN });
    stage.serve(thing());
    const refused = await stage.fetch('/api/thing');
    expect([refused.status, ((await refused.json()) as { error: { code: string } }).error.code]).toEqual([
      401,
      'TG_HTTP_TOKEN',
    ]);
    expect((await stage.fetch('/open')).status).toBe(200);
    expect((await stage.fetch('/nowhere')).status).toBe(401);
    expect((await stage.fetch('/api/thing', bearer('wrong'))).status).toBe(401);
    expect((await stage.fetch('/api/thing', bearer(TOKEN))).status).toBe(200);
    expect(stage.events.filter(({ type }) => type === 'HttpRefused').length).toBeGreaterThan(0);
  });

  it('gives a cookie that no script reads, that ends with the token, and that outlives the listener', async () => {
    const stage = stageWith({ token: TOKEN });
    stage.serve(thing());
    const answer = await stage.fetch('/api/login', login(TOKEN));
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^tidegate-\d+=[\w-]{43}; Max-Age=31536000; SameSite=Strict; HttpOnly$/);
    expect(cookie).not.toContain(TOKEN);
    const session = { headers: { Cookie: `other=1; ${cookie.split(';')[0]}` } };
    expect((await stage.fetch('/api/thing', session)).status).toBe(200);
    const next = stageWith({ token: TOKEN });
    next.serve(thing());
    expect((await next.fetch('/api/thing', session)).status).toBe(200);
    stage.set({ token: 'another-long-token' });
    expect((await stage.fetch('/api/thing', session)).status).toBe(401);
    expect((await stage.fetch('/api/thing', bearer(TOKEN))).status).toBe(401);
    expect((await stage.fetch('/api/thing', bearer('another-long-token'))).status).toBe(200);
  });

  it('cannot be guessed: after ten wrong ones in a minute no token of the address counts, while sessions do', async () => {
    const stage = stageWith({ token: TOKEN });
    stage.serve(thing());
    const cookie = (await stage.fetch('/api/login', login(TOKEN))).headers.get('set-cookie')?.split(';')[0] ?? '';
    for (let i = 0; i < 10; i++) expect((await stage.fetch('/api/login', login(`wrong ${i}`))).status).toBe(401);
    expect((await stage.fetch('/api/login', login(TOKEN))).status).toBe(429);
    expect((await stage.fetch('/api/thing', bearer(TOKEN))).status).toBe(429);
    expect((await stage.fetch('/api/thing', { headers: { Cookie: cookie } })).status).toBe(200);
  });

  it.each([[undefined], [7], [['a']], [null], ['']])('%j is no token', async (token) => {
    const stage = stageWith({ token: TOKEN });
    stage.serve(thing());
    expect([400, 401]).toContain((await stage.fetch('/api/login', login(token))).status);
  });
});

describe('the header of a proxy', () => {
  it('lets in whom it names, and nobody else', async () => {
    const stage = stageWith({ userHeader: 'x-remote-user' });
    stage.serve(thing());
    expect((await stage.fetch('/api/thing')).status).toBe(401);
    expect((await stage.fetch('/api/thing', { headers: { 'X-Remote-User': '' } })).status).toBe(401);
    expect((await stage.fetch('/api/thing', { headers: { 'X-Remote-User': 'anna' } })).status).toBe(200);
    expect((await stage.fetch('/api/login', login('anything at all'))).status).toBe(401);
  });
});
