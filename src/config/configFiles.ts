import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { TidegateError } from '../domain/errors.ts';
import type { Config } from './config.ts';
import type { ConfigText } from './layers/fileLayer.ts';
import { readRegularFile } from './readRegularFile.ts';

/** A thousand streams with every option are half of this. */
export const MAX_FILE_BYTES = 1_048_576;
/** All files of a configuration together. */
const MAX_BYTES = 4 * MAX_FILE_BYTES;
const MAX_FILES = 256;

/** The folder of further files, beside the configuration file. */
function dropInFolder(file: string): string {
  return join(dirname(resolve(file)), 'conf.d');
}

/** True for the name of a file that is read there. Editors and Kubernetes put files with a dot in front beside those of the user. */
function isDropIn(name: string): boolean {
  return name.endsWith('.yaml') && !name.startsWith('.');
}

/**
 * The configuration file, then those of `conf.d` in the order of their names. @throws TidegateError TG_CONFIG_NOT_FOUND,
 * TG_CONFIG_UNREADABLE, TG_CONFIG_INVALID
 */
export function readConfigFiles(file: string): readonly ConfigText[] {
  const folder = dropInFolder(file);
  const names = listDropIns(folder);
  if (names.length > MAX_FILES) throw new TidegateError('TG_CONFIG_INVALID', `${folder}: more than ${MAX_FILES} files`);
  let left = MAX_BYTES;
  return [file, ...names.map((name) => join(folder, name))].map((name) => {
    const bytes = readBytes(name);
    left -= bytes.length;
    if (left < 0)
      throw new TidegateError(
        'TG_CONFIG_INVALID',
        `${name}: all files together are larger than ${MAX_BYTES / 1_048_576} MiB`,
      );
    return { name, text: toText(name, bytes) };
  });
}

/** Paths that the configuration is read from: the file, the folder beside it, and the files in that. */
export function configPaths(file: string): readonly string[] {
  const folder = dropInFolder(file);
  return [file, folder, ...namesIn(folder).map((name) => join(folder, name))];
}

/** The text of all files, to be compared; undefined while an editor replaces the first one. */
export function configContent(file: string): string | undefined {
  try {
    return JSON.stringify(readConfigFiles(file));
  } catch (error) {
    // A file that cannot be read is a change too, and a reload says what is wrong.
    return existsSync(file) ? String(error) : undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return listDropIns(folder);
  } catch {
    return [];
  }
}

function listDropIns(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter(isDropIn).sort();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    if (code === 'ENOENT') return [];
    throw new TidegateError('TG_CONFIG_UNREADABLE', `${folder}: cannot be read (${code})`);
  }
}

function toText(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new TidegateError('TG_CONFIG_INVALID', `${file}: is not UTF-8 text`);
  }
}

function readBytes(file: string): Buffer {
  try {
    return readRegularFile(file, MAX_FILE_BYTES);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    if (code.startsWith('larger')) throw new TidegateError('TG_CONFIG_INVALID', `${file}: is ${code}`);
    if (code === 'ENOENT') throw new TidegateError('TG_CONFIG_NOT_FOUND', `${file}: no such file`);
    throw new TidegateError('TG_CONFIG_UNREADABLE', `${file}: cannot be read (${code})`);
  }
}

/** Files of `conf.d` that somebody may take for read: their names end in `.yml`. */
export function passedOver({ file }: Pick<Config, 'file'>): readonly string[] {
  if (file === undefined) return [];
  const folder = dropInFolder(file);
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.yml') && !name.startsWith('.'));
    return names.map((name) => join(folder, name));
  } catch {
    // There is no such folder, or the reading of its files has told.
    return [];
  }
}

export function explainPassedOver(file: string): string {
  return `${file} is not read: its name has to end in .yaml`;
}
