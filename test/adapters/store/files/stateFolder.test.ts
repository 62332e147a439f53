import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNoteFile } from '../../../../src/adapters/store/files/noteFile.ts';
import {
  draftOf,
  openExisting,
  removeOldDrafts,
  replaceFile,
  writeNewFile,
} from '../../../../src/adapters/store/files/privateFile.ts';
import { writeStateFile } from '../../../../src/adapters/store/files/stateFile.ts';
import { secureFolder } from '../../../../src/adapters/store/files/stateFolder.ts';
import { createInlineStore } from '../../../../src/adapters/store/thread/inlineStore.ts';
import { batchOf, snapshotOf, temporaryFolder } from '../../../contract/stateStoreContract.ts';
import { describeEngines } from '../engines.ts';

const isRoot = process.geteuid?.() === 0;
const modeOf = (path: string): number => lstatSync(path).mode & 0o7777;
const BYTES = new TextEncoder().encode('what is written');

let base: string;
let folder: string;
let victim: string;
let umask: number;

beforeEach(() => {
  base = temporaryFolder();
  folder = join(base, 'state');
  mkdirSync(folder);
  victim = join(base, 'victim');
  writeFileSync(victim, 'precious');
  umask = process.umask(0);
});
afterEach(() => {
  process.umask(umask);
  expect(readFileSync(victim, 'utf8')).toBe('precious');
  rmSync(base, { recursive: true, force: true });
});

describe('a file of ours', () => {
  const OPTIONS = { isOfFolder: true };

  it('is for nobody else, whatever the umask, and there is nothing left beside it', () => {
    for (const name of ['a', 'a']) replaceFile(join(folder, name), BYTES, OPTIONS);
    writeNewFile(join(folder, 'b'), BYTES, OPTIONS);
    expect(readdirSync(folder)).toEqual(['a', 'b']);
    for (const name of ['a', 'b']) {
      expect(modeOf(join(folder, name))).toBe(0o600);
      expect(readFileSync(join(folder, name), 'utf8')).toBe('what is written');
    }
  });

  it('takes the place of a symbolic link, and not of what that leads to', () => {
    const link = join(folder, 'link');
    symlinkSync(victim, link);
    expect(() => openExisting(link, 'write')).toThrow(/ELOOP/);
    expect(() => writeNewFile(link, BYTES, OPTIONS)).toThrow(/EEXIST/);
    replaceFile(link, BYTES, OPTIONS);
    expect(lstatSync(link).isFile()).toBe(true);
  });

  it('leaves what has its name alone where it is to be new', () => {
    expect(() => writeNewFile(victim, BYTES, OPTIONS)).toThrow(/EEXIST/);
    expect(readdirSync(base).sort()).toEqual(['state', 'victim']);
  });

  it('has drafts with names that nobody can guess; old ones are removed, and no other file', () => {
    const names = Array.from({ length: 20 }, () => draftOf(join(folder, 'a')));
    expect(new Set(names).size).toBe(20);
    const [draft = ''] = names;
    for (const file of [draft, `${draft}-journal`, join(folder, 'a.tmp'), join(folder, 'lock-1.tmp')])
      writeFileSync(file, '');
    removeOldDrafts(folder);
    expect(readdirSync(folder)).toHaveLength(4);
    for (const name of readdirSync(folder)) utimes(join(folder, name));
    removeOldDrafts(folder);
    expect(readdirSync(folder).sort()).toEqual(['a.tmp', 'lock-1.tmp']);
  });
});

function utimes(file: string): void {
  utimesSync(file, new Date(0), new Date(0));
}

describe('a state folder', () => {
  it.each([0o777, 0o770, 0o722])('of ours with the mode %o is closed for others', (mode) => {
    chmodSync(folder, mode);
    expect(secureFolder(folder)).toContain(`was closed for other users (mode ${mode.toString(8)})`);
    expect(modeOf(folder) & 0o022).toBe(0);
    expect(secureFolder(folder)).toBeUndefined();
  });

  it.skipIf(!isRoot)('of another user is refused where everybody can write in it (needs root)', () => {
    chownSync(folder, 65_534, 65_534);
    chmodSync(folder, 0o777);
    expect(() => secureFolder(folder)).toThrow(expect.objectContaining({ code: 'TG_STATE_UNSAFE', exit: 77 }));
    chmodSync(folder, 0o1777);
    expect(secureFolder(folder)).toContain('can be written by other users (mode 1777)');
    writeFileSync(join(folder, 'state.sqlite'), '');
    chownSync(join(folder, 'state.sqlite'), 1234, 1234);
    expect(() => secureFolder(folder)).toThrow(expect.objectContaining({ code: 'TG_STATE_UNSAFE' }));
    rmSync(join(folder, 'state.sqlite'));
    chmodSync(folder, 0o770);
    expect(secureFolder(folder)).toContain('can be written by other users (mode 770)');
  });

  it.each([
    'state.sqlite',
    'state.sqlite-wal',
    'state.backup.sqlite',
    'journal.1',
    'lock.1',
    'reserve',
    'session.json',
  ])('is refused where %s is a symbolic link', async (name) => {
    symlinkSync(victim, join(folder, name));
    await expect(createInlineStore({ folder }).open()).rejects.toMatchObject({ code: 'TG_STATE_UNSAFE' });
    expect(existsSync(join(folder, name))).toBe(true);
  });

  describeEngines('of a store with', (engine) => {
    it('holds files that are for nobody else, also while it is open', async () => {
      const store = createInlineStore({ folder, engine, reserveBytes: 65_536, segmentBytes: 65_536 });
      await store.open();
      await store.append(batchOf(1, 1));
      await store.save([snapshotOf('a', 1)]);
      await store.backup();
      createNoteFile(join(folder, 'session.json')).write({});
      writeStateFile(join(folder, 'subscriptions.json'), BYTES, { isOfFolder: true });
      for (const name of readdirSync(folder)) {
        if (statSync(join(folder, name)).isFile()) expect([name, modeOf(join(folder, name))]).toEqual([name, 0o600]);
      }
      await store.repair();
      for (const name of readdirSync(folder)) {
        if (statSync(join(folder, name)).isFile()) expect([name, modeOf(join(folder, name))]).toEqual([name, 0o600]);
      }
      await store.close();
    });

    it('closes files that an earlier version made for all to read', async () => {
      const store = createInlineStore({ folder, engine, reserveBytes: 0, segmentBytes: 65_536 });
      await store.open();
      await store.close();
      chmodSync(join(folder, 'state.sqlite'), 0o644);
      await store.open();
      expect(modeOf(join(folder, 'state.sqlite'))).toBe(0o600);
      await store.close();
    });

    it('follows no link that is put there while it is open', async () => {
      const store = createInlineStore({ folder, engine, reserveBytes: 65_536, segmentBytes: 65_536 });
      await store.open();
      await store.append(batchOf(1, 1));
      const names = [
        'reserve',
        'state.backup.sqlite',
        'state.backup.tmp',
        'session.json',
        'underway.json',
        'journal.2',
        'subscriptions.json',
        'subscriptions.json.tmp',
        'probe.tmp',
      ];
      for (const name of names) {
        rmSync(join(folder, name), { force: true });
        symlinkSync(victim, join(folder, name));
      }
      for (let i = 2; i < 40; i++) await store.append(batchOf(i, i, 5000));
      await store.save([snapshotOf('a', 1)]);
      await store.backup();
      for (const name of ['session.json', 'underway.json']) createNoteFile(join(folder, name)).write({});
      writeStateFile(join(folder, 'subscriptions.json'), BYTES, { isOfFolder: true });
      await store.close();
      expect(modeOf(join(folder, 'state.backup.sqlite'))).toBe(0o600);
    });
  });
});
