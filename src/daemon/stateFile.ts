import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { TidegateError } from '../domain/errors.ts';
import { SnapshotError } from '../model/snapshotFormat.ts';

/** @returns the file's bytes, or undefined where there is none yet. @throws TidegateError TG_STATE_INVALID */
export function readStateFile(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    throw new TidegateError('TG_STATE_INVALID', `${file}: cannot be read (${code})`, { cause: error });
  }
}

/**
 * Writes beside the file, forces it to the disk and renames: after a power cut the old state is there or the new one, never
 * half of either. @throws TidegateError TG_OUTPUT_FAILED
 */
export function writeStateFile(file: string, bytes: Uint8Array): void {
  const temporary = `${file}.tmp`;
  try {
    const handle = openSync(temporary, 'w');
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
    syncFolder(dirname(file));
  } catch (error) {
    throw new TidegateError('TG_OUTPUT_FAILED', `${file}: cannot be written (${codeOf(error)})`, { cause: error });
  }
}

/** The rename is durable only once the folder is. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** A snapshot fault in the user's words. Other errors are passed on. */
export function explainSnapshotFault(file: string, error: unknown): unknown {
  if (!(error instanceof SnapshotError)) return error;
  const { fault, message } = error;
  const codes = { damaged: 'TG_STATE_INVALID', newer: 'TG_STATE_NEWER', mismatch: 'TG_STATE_MISMATCH' } as const;
  return new TidegateError(codes[fault], `${file}: ${message}`, { cause: error });
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
