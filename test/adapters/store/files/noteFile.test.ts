import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createNoteFile } from '../../../../src/adapters/store/files/noteFile.ts';
import { createInlineStore } from '../../../../src/adapters/store/thread/inlineStore.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-note-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('tells the next process what this one has noted last, and nobody else', () => {
  const file = join(folder, 'note.json');
  createNoteFile(file).write({ position: 7 });
  createNoteFile(file).write({ position: 8 });
  expect(createNoteFile(file).read()).toEqual({ position: 8 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('has nothing to tell where there is no note, or half of one', () => {
  const file = join(folder, 'note.json');
  expect(createNoteFile(file).read()).toBeUndefined();
  writeFileSync(file, '{"position":');
  expect(createNoteFile(file).read()).toBeUndefined();
});

it('notes nothing in a folder that was put in the place of its own, unless the store has taken that one', async () => {
  const file = join(folder, 'note.json');
  const note = createNoteFile(file);
  note.write({ position: 7 });
  renameSync(folder, `${folder}.away`);
  mkdirSync(folder);
  writeFileSync(file, '{"position":1}');
  note.write({ position: 8 });
  expect(note.read()).toEqual({ position: 1 });
  const store = createInlineStore({ folder, reserveBytes: 0, segmentBytes: 65_536 });
  await store.open();
  note.write({ position: 9 });
  expect(note.read()).toEqual({ position: 9 });
  await store.close();
  rmSync(`${folder}.away`, { recursive: true });
});

it('does not fail where it cannot be written', () => {
  const note = createNoteFile(join(folder, 'no-such-folder', 'note.json'));
  expect(() => note.write({ position: 7 })).not.toThrow();
  expect(note.read()).toBeUndefined();
});
