import { closeSync, lstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { readStateFile } from '../adapters/store/files/stateFile.ts';
import { statePathsIn } from '../adapters/store/files/statePaths.ts';
import { loadFromBackup } from '../adapters/store/repair/backupFile.ts';
import { decodeExport } from '../adapters/store/snapshots/exportFile.ts';
import type { WantedImport } from '../domain/control.ts';
import { RequestError } from '../domain/requestErrors.ts';
import { isStreamId, type StreamId } from '../domain/streamId.ts';
import type { LearnerSettings } from '../domain/streamSettings.ts';
import { checkStreamState, readLearner } from '../hosts/export/storedState.ts';
import { planFor } from '../learner/carryOver/planFor.ts';

const SQLITE = 'SQLite format 3';
const LONGEST_LIST = 300;

/** State of a stream as it lies in a file. */
export interface FileState {
  readonly stream: StreamId;
  readonly bytes: Uint8Array;
  /** When it was saved, ms since the epoch. */
  readonly savedAt: number;
}

/**
 * @param folders the state folder, and that of exports within it: a request names no other place
 * @throws RequestError, TidegateError, SnapshotError where it is no state that a learner could go on from
 */
export function readFileState(
  folders: { readonly state: string; readonly exports: string },
  { file, stream }: Pick<WantedImport, 'file' | 'stream'>,
): FileState {
  const { backup } = statePathsIn(folders.state);
  const path = join(folders.state, file) === backup ? backup : join(folders.exports, file);
  // A symbolic link may lead anywhere.
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isFile() !== true) throw new RequestError('TG_REQUEST_FILE', 'there is no such file in `exports`');
  const found = isBackup(path) ? fromBackup(path, stream, stat.mtimeMs) : fromExport(path, stream);
  checkStreamState(found.bytes);
  return found;
}

function isBackup(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(SQLITE.length);
    readSync(file, head);
    return head.toString('latin1') === SQLITE;
  } finally {
    closeSync(file);
  }
}

function fromBackup(path: string, stream: StreamId | undefined, savedAt: number): FileState {
  if (stream === undefined)
    throw new RequestError('TG_REQUEST_INVALID', 'stream: is required, as a backup has the states of many');
  const snapshot = loadFromBackup(path, stream, Number.POSITIVE_INFINITY);
  if (snapshot === undefined)
    throw new RequestError('TG_REQUEST_FILE', 'the file is no backup of tidegate, or has no state of the stream');
  return { stream, bytes: snapshot.bytes, savedAt: Math.floor(savedAt) };
}

function fromExport(path: string, wanted: StreamId | undefined): FileState {
  const file = readStateFile(path);
  if (file === undefined) throw new RequestError('TG_REQUEST_FILE', 'there is no such file in `exports`');
  const { stream: exported, bytes, savedAt } = decodeExport(file, 'the file');
  const stream = wanted ?? exported;
  if (!isStreamId(stream))
    throw new RequestError('TG_REQUEST_FILE', 'the file is of a stream whose name cannot be one; name another');
  return { stream, bytes, savedAt };
}

/** @throws RequestError where the state was learned under settings that shape it otherwise */
export function requireFit({ bytes }: FileState, settings: LearnerSettings): void {
  const plan = planFor(readLearner(bytes), settings);
  if (plan?.changes.length === 0) return;
  const changes = plan?.changes.join(', ').slice(0, LONGEST_LIST);
  const text =
    changes === undefined ? 'the state is of no learner' : `the state was learned under other settings (${changes})`;
  throw new RequestError('TG_REQUEST_FILE', text);
}
