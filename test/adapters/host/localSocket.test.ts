import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { askLocally, serveLocally } from '../../../src/adapters/host/localSocket.ts';

let folder = '';
const ends: (() => void)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-socket-'));
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(answer: (request: string) => Promise<string>, path = join(folder, 's')) {
  const failures: string[] = [];
  ends.push(serveLocally({ path, answer, failed: ({ message }) => void failures.push(message) }));
  await expect.poll(() => existsSync(path) || failures.length > 0).toBe(true);
  return { path, failures };
}

it('answers one request after the other, for the user of the folder alone', async () => {
  const { path } = await serve(async (request) => `got ${request}`);
  await expect.poll(() => statSync(path).mode & 0o777).toBe(0o600);
  expect(await Promise.all(['a', 'b', 'é'].map((it) => askLocally(path, it, 10_000)))).toEqual([
    'got a',
    'got b',
    'got é',
  ]);
});

it('says that nobody is there where none is, or one has died', async () => {
  expect(await askLocally(join(folder, 'none'), 'a', 10_000)).toBeUndefined();
  writeFileSync(join(folder, 'file'), '');
  expect(await askLocally(join(folder, 'file'), 'a', 10_000)).toBeUndefined();
});

it('takes the name over that a process before has left', async () => {
  writeFileSync(join(folder, 's'), 'left');
  const { path, failures } = await serve(async () => 'new');
  await expect.poll(() => askLocally(path, 'a', 10_000)).toBe('new');
  expect(failures).toEqual([]);
});

it('does not wait for ever, and says that the other side has broken off', async () => {
  const { path } = await serve(() => new Promise(() => undefined));
  await expect(askLocally(path, 'a', 200)).rejects.toThrow('no answer within 0.2 s');
  const asked = askLocally(path, 'a', 60_000);
  setTimeout(() => ends.splice(0).forEach((end) => void end()), 100);
  await expect(asked).rejects.toThrow('broke off');
});

it('lets go of one that sends without an end', async () => {
  const { path } = await serve(async () => 'never');
  const socket = connect(path);
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.on('error', () => undefined);
  socket.write('x'.repeat(100_000));
  await closed;
});

it('reports a path that is too long for a socket', async () => {
  const { failures } = await serve(async () => 'x', join(folder, 'x'.repeat(120)));
  expect(failures).toEqual(['the path is longer than 103 bytes']);
});
