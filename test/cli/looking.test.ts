import { cpSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ownIdentity } from '../../src/adapters/store/files/processIdentity.ts';
import { withReadOnlyStore } from '../../src/adapters/store/repair/readOnlyStore.ts';
import { createInlineStore } from '../../src/adapters/store/thread/inlineStore.ts';
import { batchOf, snapshotOf, temporaryFolder } from '../contract/stateStoreContract.ts';
import { runInProcess } from '../support/runInProcess.ts';

let base: string;
let folder: string;

beforeEach(async () => {
  base = temporaryFolder();
  folder = join(base, 'state');
  // As a process leaves it that was killed: with a write-ahead log that has not been copied.
  const live = join(base, 'live');
  const store = createInlineStore({ folder: live, reserveBytes: 65_536, segmentBytes: 65_536 });
  await store.open();
  await store.append(batchOf(1, 4));
  await store.save([snapshotOf('a', 3), snapshotOf('b', 4)]);
  cpSync(live, folder, { recursive: true });
  await store.close();
  writeFileSync(join(folder, 'lock.1'), JSON.stringify({ ...ownIdentity(), pid: 2 ** 22 + 1 }));
  writeFileSync(join(base, 'c.yaml'), 'mqtt: {server: "mqtt://127.0.0.1:1"}\nstreams: [{topic: "s/#"}]\n');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** Everything that a write would change: names, times, contents. */
function lookOf(path: string): readonly unknown[] {
  const { mtimeNs, ctimeNs, ino, uid, mode, size } = lstatSync(path, { bigint: true });
  const own = [path, mtimeNs, ctimeNs, ino, uid, mode, size];
  if (!lstatSync(path).isDirectory()) return [...own, readFileSync(path, 'base64')];
  return [
    ...own,
    ...readdirSync(path)
      .sort()
      .map((name) => lookOf(join(path, name))),
  ];
}

async function run(...args: readonly string[]): Promise<string> {
  return (await runInProcess(base, args)).both;
}

it.each([
  ['state list', ['state', 'list', '--dir', 'state'], /2 streams/],
  ['state verify', ['state', 'verify', '--dir', 'state'], /2 whole, 0 damaged/],
  ['state export', ['state', 'export', 'a', 'out', '--dir', 'state'], /out: \d+ bytes/],
  ['probe', ['probe', 'a', '--dir', 'state'], /TG_STATE_INVALID/],
  ['state backup', ['state', 'backup', 'out', '--dir', 'state'], /out/],
  ['doctor', ['doctor', '-c', 'c.yaml', '--dir', 'state'], /state folder +\S+/],
  ['check', ['check', '-c', 'c.yaml'], /./],
])('%s writes nothing into the state folder, and sees all that is in it', async (_name, args, expected) => {
  const before = lookOf(folder);
  expect(await run(...args)).toMatch(expected);
  expect(lookOf(folder)).toEqual(before);
});

it('a look is none where another process takes the folder meanwhile', async () => {
  const store = createInlineStore({ folder, reserveBytes: 0, segmentBytes: 65_536 });
  let opened: Promise<unknown> | undefined;
  const look = (): void => {
    opened = store.open();
  };
  expect(() => withReadOnlyStore(folder, look)).toThrow(expect.objectContaining({ code: 'TG_STATE_LOCKED', exit: 75 }));
  await opened;
  await store.close();
});
