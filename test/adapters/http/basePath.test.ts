import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { redirectOfBase, withoutBase } from '../../../src/adapters/http/basePath.ts';
import { httpStages, thing } from './httpStage.ts';

const stageWith = httpStages();
const segment = fc.stringMatching(/^[a-z][a-z0-9._~-]{0,6}$/);
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
const query = fc.constantFrom('', '?', '?a=1', '?id=%2Fx/y');

test('every address is the same below the base, and those beside it stay as they are', () => {
  fc.assert(
    fc.property(path, path, query, (base, asked, more) => {
      expect(withoutBase(`${base}${asked}${more}`, base)).toBe(`${asked}${more}`);
      expect(withoutBase(`${base}/${more}`, base)).toBe(`/${more}`);
      expect(withoutBase(`${base}x${asked}`, base)).toBe(`${base}x${asked}`);
      expect(withoutBase(`${asked}${more}`, undefined)).toBe(`${asked}${more}`);
      if (!asked.startsWith(base)) expect(withoutBase(`${asked}${more}`, base)).toBe(`${asked}${more}`);
    }),
  );
});

test('the base itself leads to the address with a slash at its end, whatever a proxy has in front of it', () => {
  fc.assert(
    fc.property(path, fc.oneof(path, fc.constant('')), query, (base, front, more) => {
      const location = redirectOfBase(`${base}${more}`, base);
      expect(new URL(location ?? '', `http://pi${front}${base}${more}`).href).toBe(
        new URL(`http://pi${front}${base}/${more}`).href,
      );
      for (const other of [`${base}/`, `${base}/x`, `${base}x`, '/'])
        expect(redirectOfBase(other, base)).toBeUndefined();
    }),
  );
});

describe('a proxy', () => {
  const ASK = { redirect: 'manual' } as const;

  it('is answered whether it leaves its path in the addresses or takes it away, and the token counts for both', async () => {
    const token = 'a-token-of-the-page';
    const stage = stageWith({ base: '/some/prefix', token });
    stage.serve(thing());
    const headers = { Authorization: `Bearer ${token}` };
    for (const front of ['', '/some/prefix']) {
      expect([front, (await stage.fetch(`${front}/api/thing`)).status]).toEqual([front, 401]);
      expect([front, (await stage.fetch(`${front}/open`)).status]).toEqual([front, 200]);
      const answer = await stage.fetch(`${front}/api/thing?x=1`, { headers });
      expect([front, answer.status, await answer.json()]).toEqual([front, 200, { name: 'thing' }]);
      const login = await stage.fetch(`${front}/api/login`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ token }),
      });
      const cookie = /^[^;]+/.exec(login.headers.get('set-cookie') ?? '')?.[0] ?? '';
      expect((await stage.fetch(`${front}/api/thing`, { headers: { cookie } })).status).toBe(200);
    }
    for (const beside of ['/some/prefixes/api/thing', '/some/prefix/some/prefix/api/thing', '/some/api/thing'])
      expect([beside, (await stage.fetch(beside, { headers })).status]).toEqual([beside, 404]);
    const turned = await stage.fetch('/some/prefix?a=1', ASK);
    expect([turned.status, turned.headers.get('location')]).toEqual([308, './prefix/?a=1']);
    expect(turned.headers.get('content-security-policy')).toContain("default-src 'self'");
  });

  it('has another path at once after a change of the settings', async () => {
    const stage = stageWith({ base: '/one' });
    stage.serve(thing());
    const statuses = async (): Promise<number[]> =>
      Promise.all(['/one', '/two'].map(async (base) => (await stage.fetch(`${base}/api/thing`)).status));
    expect(await statuses()).toEqual([200, 404]);
    stage.set({ base: '/two' });
    expect(await statuses()).toEqual([404, 200]);
  });
});
