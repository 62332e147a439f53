import { mkdirSync, statSync } from 'node:fs';
import type { StoreOpening } from '../../domain/stateStore.ts';
import { BatchTable } from './batchTable.ts';
import { bestEngine, closeQuietly, type Database, type Engine } from './database.ts';
import { syncFolder } from './durableFile.ts';
import { filesIn } from './folder.ts';
import { JournalFiles, SEGMENT_BYTES } from './journalFiles.ts';
import { readTrimmed } from './meta.ts';
import { openFile, PAGE_BYTES } from './openFile.ts';
import { finishInterrupted, type Recovery, rebuild } from './recovery.ts';
import { inspectFile } from './schema.ts';
import { SnapshotTable } from './snapshotTable.ts';
import { isDamage } from './storeFault.ts';
import type { Traffic } from './traffic.ts';
import { WalMeter } from './walMeter.ts';

/** What a store is made with. All of it can be sent to a thread. */
export interface StoreSettings {
  readonly folder: string;
  /** Default: the one that this runtime is best served with. */
  readonly engine?: Engine | undefined;
  /** Of one segment of the journal. Default 4 MiB. */
  readonly segmentBytes?: number | undefined;
  /** Space that is kept for the last snapshots on a full disk; 0 = none. Default 8 MiB. */
  readonly reserveBytes?: number | undefined;
}

/** An open store. */
export interface StoreParts {
  readonly database: Database;
  readonly snapshots: SnapshotTable;
  readonly batches: BatchTable;
  readonly journal: JournalFiles;
  readonly meter: WalMeter;
  readonly opening: StoreOpening;
}

/** Opens what is in the folder; makes it where there is nothing; goes on with what is whole where it is damaged. */
export function openParts(settings: StoreSettings, traffic: Traffic, now: number): StoreParts {
  const files = filesIn(settings.folder);
  mkdirSync(files.folder, { recursive: true, mode: 0o700 });
  finishInterrupted(files.folder);
  // SQLite begins with an empty file; one that had a backup was more than that.
  const wasLost = inspectFile(files.main) === 'empty' && inspectFile(files.backup) === 'ours';
  if (wasLost) return repairParts(settings, traffic, now);
  try {
    return openWhole(settings, traffic, undefined);
  } catch (error) {
    if (!isDamage(error, files.folder)) throw error;
    return repairParts(settings, traffic, now);
  }
}

/** Moves the file aside and goes on with what is whole in it, in the backup and in the journal. */
export function repairParts(settings: StoreSettings, traffic: Traffic, now: number): StoreParts {
  return openWhole(settings, traffic, rebuild(settings.folder, engineOf(settings), now));
}

export function engineOf({ engine }: StoreSettings): Engine {
  return engine ?? bestEngine();
}

function openWhole(settings: StoreSettings, traffic: Traffic, recovery: Recovery | undefined): StoreParts {
  const { folder, main, backup } = filesIn(settings.folder);
  const database = openFile(main, engineOf(settings));
  try {
    const snapshots = new SnapshotTable(database);
    const batches = new BatchTable(database);
    const journal = new JournalFiles(folder, readTrimmed(database), settings.segmentBytes ?? SEGMENT_BYTES, traffic);
    // The write-ahead log is a new file with each opening: not every engine makes its name durable.
    syncFolder(folder);
    const lastPosition = Math.max(journal.lastPosition, batches.lastPosition);
    const backedUpAt = statSync(backup, { throwIfNoEntry: false })?.mtimeMs;
    const opening: StoreOpening = {
      streams: snapshots.list(),
      lastPosition,
      ...recovery,
      ...(backedUpAt !== undefined && { backedUpAt }),
    };
    return { database, snapshots, batches, journal, meter: new WalMeter(`${main}-wal`, PAGE_BYTES, traffic), opening };
  } catch (error) {
    closeQuietly(database);
    throw error;
  }
}
