import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { HTTP_ERRORS } from '../../../src/domain/httpErrors.ts';
import { type HttpStage, httpStages, thing } from './httpStage.ts';

const stageWith = httpStages();
const JSON_TYPE = { 'Content-Type': 'application/json' };

/** Sends bytes as they are. @returns all that comes back until the other end closes, or a while has passed */
async function raw(stage: HttpStage, text: string, patience = 30_000): Promise<string> {
  const port = Number((await stage.url()).split(':').at(-1));
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setTimeout(patience, () => socket.destroy());
    socket.on('data', (bytes) => {
      answer += bytes.toString();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const asked = (host: string, path = '/api/thing'): string =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;

describe('the listener', () => {
  it('loads a part with the first request and not before, once', async () => {
    const stage = stageWith();
    const part = thing();
    stage.serve(part);
    await stage.url();
    expect(part.loads).toBe(0);
    const answers = await Promise.all([1, 2, 3].map(() => stage.fetch('/api/thing').then((it) => it.json())));
    expect([answers, part.loads]).toEqual([[1, 2, 3].map(() => ({ name: 'thing' })), 1]);
    expect(stage.events.map(({ type }) => type)).toEqual(['HttpOpened']);
  });

  it('serves parts that come after the first request, and none that has gone; it closes with the last one', async () => {
    const stage = stageWith();
    const end = stage.serve(thing('one'));
    expect((await stage.fetch('/api/two')).status).toBe(404);
    const endTwo = stage.serve(thing('two'));
    expect((await stage.fetch('/api/two')).status).toBe(200);
    end();
    expect([(await stage.fetch('/api/one')).status, (await stage.fetch('/api/two')).status]).toEqual([404, 200]);
    const url = await stage.url();
    endTwo();
    await expect
      .poll(() =>
        fetch(`${url}/api/two`).then(
          () => 'open',
          () => 'closed',
        ),
      )
      .toBe('closed');
  });

  it('answers where a part cannot be loaded, and tries again with the next request', async () => {
    const stage = stageWith();
    const part = thing();
    let isBroken = true;
    stage.serve({ ...part, load: () => (isBroken ? Promise.reject(new Error('Cannot find module')) : part.load()) });
    for (let i = 0; i < 2; i++) {
      const answer = await stage.fetch('/api/thing');
      expect([answer.status, await answer.json()]).toEqual([
        503,
        { error: { code: 'TG_HTTP_NOT_LOADED', message: HTTP_ERRORS.TG_HTTP_NOT_LOADED.meaning } },
      ]);
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
    }
    expect(stage.events.map(({ type }) => type)).toEqual(['HttpOpened', 'OutletFailed', 'OutletFailed']);
    isBroken = false;
    expect((await stage.fetch('/api/thing')).status).toBe(200);
  });

  it('tries a port again that is taken, and has it once it is free', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { readonly port: number };
    const stage = stageWith({ port });
    stage.serve(thing());
    await expect.poll(() => stage.events.map(({ type }) => type)).toEqual(['HttpFailed']);
    other.close();
    await expect.poll(() => stage.listener.port).toBe(port);
    expect((await stage.fetch('/api/thing')).status).toBe(200);
  });

  it('says what it is in the headers of each answer, refusals too', async () => {
    const stage = stageWith();
    stage.serve(thing());
    for (const path of ['/api/thing', '/nowhere', '/api/broken']) {
      const { headers } = await stage.fetch(path);
      expect([path, headers.get('content-security-policy')]).toEqual([
        path,
        expect.stringContaining("default-src 'self'"),
      ]);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('keeps its own errors to the log', async () => {
    const stage = stageWith();
    stage.serve(thing());
    const answer = await stage.fetch('/api/broken');
    expect([answer.status, await answer.json()]).toEqual([
      500,
      { error: { code: 'TG_HTTP_FAILED', message: 'an error of the daemon, which its log has' } },
    ]);
    expect(stage.events.map(({ type }) => type)).toContain('OutletFailed');
  });
});

describe('names by which it is called', () => {
  it.each([
    ['127.0.0.1:8099', 200],
    ['[::1]:8099', 200],
    ['localhost', 200],
    ['pi.local:8099', 200],
    ['tidepool', 200],
    ['page.example.org:8099', 200],
    ['evil.example.org', 421],
    ['127.0.0.1.evil.org', 421],
    ['local', 421],
    ['evil.org/.local', 400],
    ['', 400],
  ])('%s: %i', async (host, status) => {
    const stage = stageWith({ hosts: ['page.example.org'] });
    stage.serve(thing());
    const found = statusOf(await raw(stage, asked(host)));
    // An empty name is refused by whichever looks first.
    expect(status === 400 ? [400, 421] : [status]).toContain(found);
  });
});

describe('requests that change something', () => {
  const body = '{"a":1}';
  const post = async (stage: HttpStage, headers: Record<string, string>, text = body): Promise<number> => {
    const url = new URL(await stage.url());
    return new Promise((resolve, reject) => {
      const sent = request(
        { host: url.hostname, port: url.port, path: '/api/thing', method: 'POST', headers },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        },
      );
      sent.on('error', reject);
      sent.end(text);
    });
  };

  it('come from our own page, or from a program', async () => {
    const stage = stageWith();
    stage.serve(thing());
    const { host } = new URL(await stage.url());
    const cases: readonly (readonly [Record<string, string>, number])[] = [
      [{}, 200],
      [{ 'Sec-Fetch-Site': 'same-origin' }, 200],
      [{ 'Sec-Fetch-Site': 'none' }, 200],
      [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
      [{ 'Sec-Fetch-Site': 'same-site' }, 403],
      [{ Origin: `http://${host}` }, 200],
      [{ Origin: 'http://evil.example.org' }, 403],
      [{ Origin: 'null' }, 403],
      [{ Origin: 'http://ha.local', 'X-Forwarded-Host': 'ha.local' }, 200],
    ];
    for (const [headers, status] of cases)
      expect([headers, await post(stage, { ...JSON_TYPE, ...headers })]).toEqual([headers, status]);
    expect(await post(stage, { 'Content-Type': 'text/plain' })).toBe(415);
    expect((await stage.fetch('/api/thing', { method: 'DELETE' })).status).toBe(405);
    expect((await stage.fetch('/api/thing', { method: 'OPTIONS' })).status).toBe(405);
  });

  it('have at most 16 KB, as announced', async () => {
    const stage = stageWith();
    stage.serve(thing());
    expect(await post(stage, { ...JSON_TYPE, 'Content-Length': '16385' }, `"${'a'.repeat(16_383)}"`)).toBe(413);
    expect(await post(stage, { ...JSON_TYPE, 'Content-Length': '16384' }, `"${'a'.repeat(16_382)}"`)).toBe(200);
  });
});

describe('bounds', () => {
  it('refuses long headers and what is no HTTP', async () => {
    const stage = stageWith();
    stage.serve(thing());
    expect(statusOf(await raw(stage, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`))).toBe(
      431,
    );
    expect(statusOf(await raw(stage, 'nonsense\r\n\r\n'))).toBe(400);
    expect((await stage.fetch('/api/thing')).status).toBe(200);
  });

  it('closes connections beyond its bound, and serves again once some have gone', async () => {
    const stage = stageWith();
    stage.serve(thing());
    const port = Number((await stage.url()).split(':').at(-1));
    const sockets = Array.from({ length: 150 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    await expect
      .poll(() => sockets.filter(({ destroyed, readyState }) => destroyed || readyState === 'closed').length)
      .toBeGreaterThanOrEqual(22);
    for (const socket of sockets) socket.destroy();
    await expect
      .poll(() =>
        stage.fetch('/api/thing').then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
  });
});
