import { renameSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../src/adapters/broker/embeddedBroker.ts';
import { type DaemonProcess, startDaemon } from '../support/daemonProcess.ts';
import { freePort } from '../support/freePort.mjs';

const [FIRST, SECOND] = ['the-first-token-of-the-page', 'the-second-token-of-the-page'];

let broker: EmbeddedBroker | undefined;
let daemon: DaemonProcess | undefined;

afterEach(async () => {
  await daemon?.dispose();
  await broker?.stop();
});

it('the token is refused, accepted and rotated by a reload, which ends sessions and events; a proxy may leave its path in the addresses', async () => {
  broker = await startEmbeddedBroker({});
  const port = await freePort();
  const configOf = (token: string, base: string): string => `mqtt: {server: "${broker?.url}"}
page: {port: ${port}, token: ${token}, base: ${base}}
threads: 0
streams: [{topic: plug}]
`;
  const running = startDaemon(configOf(FIRST, '/one'));
  daemon = running;
  await running.logged('topic filters subscribed');
  const url = `http://127.0.0.1:${port}`;
  const status = async (path: string, headers: Record<string, string> = {}): Promise<number> =>
    (await fetch(`${url}${path}`, { headers })).status;
  const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
  const logIn = async (token: string, front = ''): Promise<Record<string, string>> => {
    const answer = await fetch(`${url}${front}/api/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    return { cookie: /^[^;]+/.exec(answer.headers.get('set-cookie') ?? '')?.[0] ?? '' };
  };
  const follow = async (headers: Record<string, string>): Promise<() => boolean> => {
    let isClosed = false;
    await new Promise<void>((resolve, reject) => {
      const sent = request(`${url}/api/events`, { headers }, (response) => {
        response.once('close', () => {
          isClosed = true;
        });
        response.resume();
        resolve();
      });
      sent.on('error', reject).end();
    });
    return () => isClosed;
  };

  expect([await status('/api/streams'), await status('/api/streams', bearer(SECOND))]).toEqual([401, 401]);
  expect([await status('/'), await status('/one/'), await status('/two/')]).toEqual([200, 200, 401]);
  expect([await status('/api/streams', bearer(FIRST)), await status('/one/api/streams', bearer(FIRST))]).toEqual([
    200, 200,
  ]);
  const session = await logIn(FIRST, '/one');
  expect([await status('/api/streams', session), await status('/one/api/health', session)]).toEqual([200, 200]);
  const hasEnded = [await follow(session), await follow(bearer(FIRST))];

  writeFileSync(`${running.file}.new`, configOf(SECOND, '/two'));
  renameSync(`${running.file}.new`, running.file);
  running.kill('SIGHUP');
  await expect.poll(() => status('/api/streams', bearer(SECOND)), { timeout: 60_000 }).toBe(200);
  await expect.poll(() => hasEnded.map((ended) => ended()), { timeout: 60_000 }).toEqual([true, true]);
  expect([await status('/api/streams', bearer(FIRST)), await status('/api/streams', session)]).toEqual([401, 401]);
  const [late, renewed] = [await logIn(FIRST), await logIn(SECOND, '/two')];
  expect([await status('/api/streams', late), await status('/two/api/streams', renewed)]).toEqual([401, 200]);
  expect([await status('/one/'), await status('/two/')]).toEqual([401, 200]);
  for (const token of [FIRST, SECOND]) expect(running.log()).not.toContain(token);
});
