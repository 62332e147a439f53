import { MOST_CLASSES } from '../../domain/streamSettings.ts';
import { SnapshotError } from '../../model/snapshotFormat.ts';
import type { StateIo } from '../../model/stateIo.ts';

/** The names of the classes as a part of the state: all other parts are as long as there are names. @returns those of the state */
export function exchangeNames(io: StateIo, names: readonly string[]): readonly string[] {
  const written = new TextEncoder().encode(JSON.stringify(names));
  const length = io.number('nameBytes', written.length);
  const bytes = io.isRestoring ? new Uint8Array(length) : written;
  io.array('names', bytes);
  return io.isRestoring ? readNames(bytes) : names;
}

function readNames(bytes: Uint8Array): readonly string[] {
  let found: unknown;
  try {
    found = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    found = undefined;
  }
  const isList = Array.isArray(found) && found.length <= MOST_CLASSES && new Set(found).size === found.length;
  if (!isList || !(found as unknown[]).every((name) => typeof name === 'string')) {
    throw new SnapshotError('damaged', 'the names of the classes cannot be read');
  }
  return found as readonly string[];
}
