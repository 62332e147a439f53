import { renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { BatchTable } from './batchTable.ts';
import { closeQuietly, type Engine, openDatabase } from './database.ts';
import { sizeOf, syncFile, syncFolder } from './durableFile.ts';
import { removeFile } from './recovery.ts';
import type { StoreParts } from './storeParts.ts';
import type { Traffic } from './traffic.ts';

/** Copies snapshots and journal into one file, which is there as a whole or as it was before. */
export function writeBackup(parts: StoreParts, draft: string, to: string, engine: Engine, traffic: Traffic): void {
  removeFile(draft);
  try {
    parts.database.run('VACUUM INTO ?', draft);
    addJournal(parts, draft, engine);
    syncFile(draft);
    traffic.bytesWritten += sizeOf(draft) ?? 0;
    traffic.flushes += 2;
    renameSync(draft, to);
    syncFolder(dirname(to));
  } finally {
    removeFile(draft);
  }
}

function addJournal({ journal }: StoreParts, draft: string, engine: Engine): void {
  const copy = openDatabase(draft, { engine });
  try {
    copy.all('PRAGMA journal_mode = OFF');
    copy.all('PRAGMA synchronous = OFF');
    const table = new BatchTable(copy);
    for (const records of journal.read()) table.put(records);
  } finally {
    closeQuietly(copy);
  }
}
