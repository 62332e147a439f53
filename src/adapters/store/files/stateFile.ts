import { readFileSync, statSync } from 'node:fs';
import { TidegateError } from '../../../domain/errors.ts';
import { replaceFile, type WriteOptions, writeNewFile } from './privateFile.ts';

/** Far more than the largest stream that a configuration allows has to say. */
const MOST_BYTES = 64 * 1024 * 1024;

/** @returns the file's bytes, or undefined where there is none yet. @throws TidegateError TG_STATE_INVALID */
export function readStateFile(file: string): Uint8Array | undefined {
  try {
    // A device or a pipe would be read without an end.
    const stat = statSync(file);
    if (stat.isFile() && stat.size <= MOST_BYTES) return readFileSync(file);
    throw new TidegateError('TG_STATE_INVALID', `${file}: is no file of at most ${MOST_BYTES} bytes`);
  } catch (error) {
    if (error instanceof TidegateError) throw error;
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    throw new TidegateError('TG_STATE_INVALID', `${file}: cannot be read (${code})`, { cause: error });
  }
}

/** Puts the file in the place of what has its name, whole or not at all. @throws TidegateError TG_OUTPUT_FAILED */
export function writeStateFile(file: string, bytes: Uint8Array, options: WriteOptions = { isOfFolder: false }): void {
  try {
    replaceFile(file, bytes, options);
  } catch (error) {
    throw new TidegateError('TG_OUTPUT_FAILED', `${file}: cannot be written (${codeOf(error)})`, { cause: error });
  }
}

/** Writes a file that is not there yet, whole or not at all. @throws TidegateError TG_OUTPUT_FAILED, also where it is there */
export function writeNewStateFile(file: string, bytes: Uint8Array): void {
  try {
    writeNewFile(file, bytes, { isOfFolder: false });
  } catch (error) {
    const code = codeOf(error);
    const text = code === 'EEXIST' ? 'exists already; it is left alone' : `cannot be written (${code})`;
    throw new TidegateError('TG_OUTPUT_FAILED', `${file}: ${text}`, { cause: error });
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
