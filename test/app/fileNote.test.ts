import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { fileNote } from '../../src/app/fileNote.ts';
import { createListLog } from '../telemetry/capture.ts';

it('warns of a note that cannot be saved once, until one could be', () => {
  const root = mkdtempSync(join(tmpdir(), 'tidegate-note-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, 'state');
  const { log, entries } = createListLog();
  const note = fileNote(join(folder, 'note.json'), log, { unreadable: 'note unreadable', unsaved: 'note not saved' });
  const outcomes = [1, 2, 3].map((value) => note.write(value));
  mkdirSync(folder, { mode: 0o700 });
  outcomes.push(note.write(4));
  expect(note.read()).toBe(4);
  rmSync(folder, { recursive: true });
  outcomes.push(note.write(5), note.write(6));
  expect(outcomes).toEqual([false, false, false, true, false, false]);
  expect(entries.map(([level, text]) => [level, text])).toEqual([
    ['warning', 'note not saved'],
    ['warning', 'note not saved'],
  ]);
});
