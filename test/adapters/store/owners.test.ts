import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNoteFile } from '../../../src/adapters/store/files/noteFile.ts';
import { backupStore } from '../../../src/adapters/store/repair/backupStore.ts';
import { verifyStore } from '../../../src/adapters/store/repair/verifyStore.ts';
import { createInlineStore } from '../../../src/adapters/store/thread/inlineStore.ts';
import { openSubscriptions } from '../../../src/app/subscriptions.ts';
import { batchOf, snapshotOf, temporaryFolder } from '../../contract/stateStoreContract.ts';
import { createListLog } from '../../telemetry/capture.ts';
import { describeEngines } from './engines.ts';

const NOBODY = 65_534;
const CHILD = new URL('./openAs.mjs', import.meta.url).pathname;
const SETTINGS = { reserveBytes: 65_536, segmentBytes: 65_536 };

let base: string;
let folder: string;

function ownersIn(): number[] {
  const files = readdirSync(folder).map((name) => lstatSync(join(folder, name)));
  return [...new Set(files.filter((file) => file.isFile()).map(({ uid }) => uid))];
}

function openAsNobody(): { [key: string]: unknown; message?: string } {
  return JSON.parse(execFileSync(process.execPath, [CHILD, folder, String(NOBODY)], { encoding: 'utf8' }));
}

describe.skipIf(process.geteuid?.() !== 0)('a state folder of another user, under root (needs root)', () => {
  describeEngines('with', (engine) => {
    beforeEach(async () => {
      base = temporaryFolder();
      chmodSync(base, 0o755);
      folder = join(base, 'state');
      mkdirSync(folder, { mode: 0o700 });
      chownSync(folder, NOBODY, NOBODY);
      const store = createInlineStore({ folder, engine, ...SETTINGS });
      await store.open();
      await store.append(batchOf(1, 1));
      await store.save([snapshotOf('a', 1)]);
      await store.backup();
      // While it is open: killed now, it leaves them as they are.
      expect(ownersIn()).toEqual([NOBODY]);
      await store.close();
    });
    afterEach(() => rmSync(base, { recursive: true }));

    it('keeps its owner, whatever root makes in it', async () => {
      const store = createInlineStore({ folder, engine, ...SETTINGS });
      await store.open();
      await store.save([snapshotOf('b', 2)]);
      await store.repair();
      await store.close();
      backupStore(folder);
      createNoteFile(join(folder, 'session.json')).write({ position: 1 });
      const settings = { server: 'mqtt://broker.example', clientId: 'pi' };
      openSubscriptions({ folder, settings, filters: ['a'], log: createListLog().log }).begin();
      expect(ownersIn()).toEqual([NOBODY]);
      expect(openAsNobody()).toEqual({ streams: ['a', 'b'], appended: 'taken' });
    });

    it('is not touched by a look, and goes on', () => {
      const before = readdirSync(folder).sort();
      verifyStore(folder);
      expect(readdirSync(folder).sort()).toEqual(before);
      expect(openAsNobody()).toEqual({ streams: ['a'], appended: 'taken' });
    });

    it.each(['state.sqlite', 'journal.1', 'lock.1'])(
      'is not begun anew by its owner where root has taken %s',
      (name) => {
        chownSync(join(folder, name), 0, 0);
        const { code, message } = openAsNobody();
        expect(code).toBe('TG_STATE_FAILED');
        expect(message).toContain(`${name} belongs to user 0 and cannot be opened by user ${NOBODY}`);
        expect(message).toContain(`chown -R ${NOBODY}:${NOBODY} ${folder}`);
      },
    );

    it('is read by its owner where root has taken what nothing depends on', () => {
      chownSync(join(folder, 'reserve'), 0, 0);
      const { streams, refusal, appended } = openAsNobody();
      expect([streams, appended]).toEqual([['a'], 'read-only']);
      expect(refusal).toMatchObject({ fault: 'read-only', message: expect.stringContaining('chown -R') });
    });

    it('is not begun anew by its owner where root has taken the folder', () => {
      chownSync(folder, 0, 0);
      expect(openAsNobody()).toMatchObject({ code: 'TG_STATE_FAILED', message: expect.stringContaining('chown -R') });
    });
  });
});
