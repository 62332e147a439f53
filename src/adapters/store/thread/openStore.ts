import { statSync } from 'node:fs';
import type { StoreOpening } from '../../../domain/stateStore.ts';
import { Anchors } from '../files/anchors.ts';
import { syncFolder } from '../files/durableFile.ts';
import type { InstanceLock } from '../files/instanceLock.ts';
import { statePathsIn } from '../files/statePaths.ts';
import { isDamage } from '../files/storeFault.ts';
import type { WriteMeter } from '../files/writeMeter.ts';
import { finishInterrupted, type Recovery, rebuild } from '../repair/recovery.ts';
import { BatchTable } from '../segments/batchTable.ts';
import { JournalFiles, SEGMENT_BYTES } from '../segments/journalFiles.ts';
import { SnapshotTable } from '../snapshots/snapshotTable.ts';
import { closeQuietly, type Database, type Engine } from '../sqlite/database.ts';
import { bestEngine } from '../sqlite/engine.ts';
import { readPast, readTrimmed, writeOwner } from '../sqlite/meta.ts';
import { openFile, PAGE_BYTES } from '../sqlite/openFile.ts';
import { inspectFile } from '../sqlite/schema.ts';
import { WalMeter } from '../sqlite/walMeter.ts';

/** Settings that a store is made with. All of it can be sent to a thread. */
export interface StoreSettings {
  readonly folder: string;
  /** Default: the one that this runtime is best served with. */
  readonly engine?: Engine | undefined;
  /** Bytes of one segment of the journal. Default 4 MiB. */
  readonly segmentBytes?: number | undefined;
  /** Space that is kept for the last snapshots on a full disk; 0 = none. Default 8 MiB. */
  readonly reserveBytes?: number | undefined;
  /** Under which this process has the folder: a store that follows another one of the same name takes its lock over. */
  readonly owner?: string | undefined;
}

/** An open store. */
export interface OpenStore {
  readonly database: Database;
  readonly snapshots: SnapshotTable;
  readonly batches: BatchTable;
  readonly journal: JournalFiles;
  readonly meter: WalMeter;
  readonly opening: StoreOpening;
  /** The files that have to stay where they are for as long as the store is open. */
  readonly anchors: Anchors;
  readonly lock: InstanceLock;
}

/** Knowledge of a process about its folder beyond one opening. */
export interface Holding {
  readonly settings: StoreSettings;
  readonly writes: WriteMeter;
  readonly lock: InstanceLock;
  /** Under which the store has its folder: a file that it was the last to open has no other history than ours. */
  readonly owner: string;
}

/** Opens what is in the folder; begins there where there is nothing; goes on with what is whole where it is damaged. */
export function openStore(holding: Holding, now: number): OpenStore {
  const { folder } = holding.settings;
  const files = statePathsIn(folder);
  finishInterrupted(folder);
  // SQLite begins with an empty file; one that had a backup was more than that.
  const isEmpty = ['missing', 'empty'].includes(inspectFile(files.main));
  if (isEmpty && inspectFile(files.backup) === 'ours') return repairStore(holding, now);
  try {
    return openWhole(holding, undefined);
  } catch (error) {
    if (!isDamage(error, folder)) throw error;
    return repairStore(holding, now);
  }
}

/** Moves the file aside and goes on with what is whole in it, in the backup and in the journal. */
export function repairStore(holding: Holding, now: number): OpenStore {
  return openWhole(holding, rebuild(holding.settings.folder, engineOf(holding.settings), now));
}

export function engineOf({ engine }: StoreSettings): Engine {
  return engine ?? bestEngine();
}

function openWhole(holding: Holding, recovery: Recovery | undefined): OpenStore {
  const { settings, writes, lock } = holding;
  const { folder, main, backup } = statePathsIn(settings.folder);
  const database = openFile(main, engineOf(settings));
  let journal: JournalFiles | undefined;
  try {
    const snapshots = new SnapshotTable(database);
    const batches = new BatchTable(database);
    writeOwner(database, holding.owner);
    const anchors = new Anchors();
    for (const file of [lock.file, main, `${main}-wal`]) anchors.hold(file);
    const { segmentBytes = SEGMENT_BYTES } = settings;
    const places = { trimmed: readTrimmed(database), past: readPast(database) };
    journal = new JournalFiles(folder, { ...places, segmentBytes, writes, anchors });
    // The write-ahead log is a new file with each opening: not every engine makes its name durable.
    syncFolder(folder);
    const lastPosition = Math.max(journal.lastPosition, batches.lastPosition);
    const backedUpAt = statSync(backup, { throwIfNoEntry: false })?.mtimeMs;
    const opening: StoreOpening = {
      streams: snapshots.list(),
      lastPosition,
      ...(batches.isEmpty && { pastFrom: journal.pastFrom }),
      ...recovery,
      ...(backedUpAt !== undefined && { backedUpAt }),
    };
    const meter = new WalMeter(`${main}-wal`, PAGE_BYTES, writes);
    return { database, snapshots, batches, journal, meter, opening, anchors, lock };
  } catch (error) {
    journal?.close();
    closeQuietly(database);
    throw error;
  }
}
