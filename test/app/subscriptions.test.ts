import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSubscriptions, type Subscriptions } from '../../src/app/subscriptions.ts';
import type { Log } from '../../src/telemetry/log.ts';

let folder: string;
let warnings: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'subscriptions-'));
  warnings = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(filters: readonly string[], clientId = 'pi'): Subscriptions {
  const log = { warning: (text: string) => void warnings.push(text) } as unknown as Log;
  return openSubscriptions({ folder, settings: { server: 'mqtt://b', clientId }, filters, log });
}

it('are those of the process before', () => {
  const first = open(['a/#', 'b']);
  expect(first.former).toEqual([]);
  first.begin();
  first.settle();
  expect(open(['c']).former).toEqual(['a/#', 'b']);
});

it('are those of both while the change has not come through', () => {
  open(['a/#']).begin();
  open(['b']).begin();
  const third = open(['c']);
  expect(third.former).toEqual(['a/#', 'b']);
  third.begin();
  third.settle();
  expect(open([]).former).toEqual(['c']);
});

it('of another client or broker are none of ours', () => {
  open(['a']).begin();
  expect(open(['a'], 'other').former).toEqual([]);
});

it('hold the filters of outlets too, whenever they begin to listen', () => {
  const first = open(['a']);
  first.include('early');
  first.begin();
  first.settle();
  first.include('late');
  first.include('a');
  expect(open(['b']).former).toEqual(['a', 'early', 'late']);
});

it('are written only where they change', () => {
  open(['a']).begin();
  const file = join(folder, 'subscriptions.json');
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, `${before} `);
  const again = open(['a']);
  again.begin();
  again.settle();
  expect(readFileSync(file, 'utf8')).toBe(`${before} `);
});

it.each(['', 'null', '{"owner":1,"filters":["x"]}', '[1'])('are none where the file says %j', (text) => {
  writeFileSync(join(folder, 'subscriptions.json'), text);
  expect(open(['a']).former).toEqual([]);
});

it('that cannot be kept are a warning, no more', () => {
  rmSync(folder, { recursive: true });
  open(['a']).begin();
  expect(warnings).toEqual(['subscriptions not saved: should they change, the old ones go on']);
});

it.each([
  ['a hash', createHash('sha256').update('["pi","mqtt://b"]').digest('hex')],
  ['the whole address', 'pi mqtt://b'],
])('are known where an earlier version wrote their owner as %s', (_, owner) => {
  writeFileSync(join(folder, 'subscriptions.json'), JSON.stringify({ owner, filters: ['a'] }));
  expect(open(['b']).former).toEqual(['a']);
  expect(open(['b'], 'other').former).toEqual([]);
});

it('are the same with another token in the query, and name no token', () => {
  const log = { warning: (text: string) => void warnings.push(text) } as unknown as Log;
  const at = (server: string, filters: readonly string[]): Subscriptions =>
    openSubscriptions({ folder, settings: { server, clientId: 'pi' }, filters, log });
  at('wss://b/hidden/path?token=hidden', ['a']).begin();
  expect(readFileSync(join(folder, 'subscriptions.json'), 'utf8')).not.toContain('hidden');
  expect(at('wss://b/hidden/path?token=other', ['b']).former).toEqual(['a']);
  expect(at('wss://b/other/path?token=hidden', ['b']).former).toEqual([]);
  expect(at('wss://b:444/hidden/path', ['b']).former).toEqual([]);
});
