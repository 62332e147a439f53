import { crc32 } from './crc32.ts';
import {
  ARRAY_TYPES,
  CRC_START,
  countBytes,
  HEADER_BYTES,
  MAGIC,
  OLDEST_VERSION,
  readCount,
  SnapshotError,
  TYPE_BITS,
  typeOf,
  VERSION,
} from './snapshotFormat.ts';
import type { StateArray, Stateful, StateIo } from './stateIo.ts';

/**
 * Fills a component with the state that `saveSnapshot` wrote; after it the next numbers are bit-identical. Of an older format
 * the component takes what it still has; the rest stays as it is in the beginning.
 * @throws SnapshotError `damaged` (not ours, cut short, CRC wrong), `newer` (a later format) or `mismatch` (other settings);
 * a component that was partly filled then may not be used.
 */
export function restoreSnapshot(component: Stateful, bytes: Uint8Array, schema: string): void {
  const contents = readSnapshot(bytes);
  const { schema: stored } = contents;
  if (stored !== schema) throw new SnapshotError('mismatch', `made for ${stored}, needed for ${schema}`);
  restoreContents(component, contents);
}

/**
 * The same from what was read already; the entries that the component takes are gone from the map then.
 * @throws SnapshotError `mismatch` where an entry is missing, has another shape, or is taken by nothing
 */
export function restoreContents(component: Stateful, { version, entries }: Omit<SnapshotContents, 'schema'>): void {
  component.exchange(createRestorer(entries, version, ''));
  const [unread] = entries.keys();
  if (unread !== undefined && version === VERSION)
    throw new SnapshotError('mismatch', `the snapshot holds "${unread}", which nothing takes`);
}

function createRestorer(entries: Map<string, StateArray>, version: number, prefix: string): StateIo {
  const take = (name: string, length: number): StateArray | undefined => {
    const entry = entries.get(prefix + name);
    if (entry === undefined && version < VERSION) return undefined;
    if (entry === undefined) throw new SnapshotError('mismatch', `the snapshot has no "${prefix}${name}"`);
    if (entry.length !== length) {
      throw new SnapshotError('mismatch', `"${prefix}${name}" has ${entry.length} numbers, ${length} are needed`);
    }
    entries.delete(prefix + name);
    return entry;
  };
  return {
    isRestoring: true,
    version,
    number(name, value) {
      const stored = take(name, 1);
      return stored === undefined ? value : stored[0];
    },
    array(name, array) {
      const stored = take(name, array.length);
      if (stored === undefined) return;
      if (typeOf(stored) !== typeOf(array)) throw new SnapshotError('mismatch', `"${prefix}${name}" has another type`);
      array.set(stored);
    },
    has: (name) => entries.has(prefix + name),
    leave(name) {
      for (const key of entries.keys()) if (key.startsWith(`${prefix}${name}.`)) entries.delete(key);
    },
    within: (name) => createRestorer(entries, version, `${prefix}${name}.`),
  };
}

/** Content of a snapshot, by name, and the settings that it was made for. */
export interface SnapshotContents {
  readonly schema: string;
  readonly version: number;
  readonly entries: Map<string, StateArray>;
}

/** @throws SnapshotError `damaged` or `newer` */
export function readSnapshot(bytes: Uint8Array): SnapshotContents {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES + 4 || view.getUint32(0, true) !== MAGIC) {
    throw new SnapshotError('damaged', 'not a snapshot');
  }
  // The version decides before the checksum: a later format may put it elsewhere.
  const version = view.getUint16(8, true);
  if (version < OLDEST_VERSION) throw new SnapshotError('damaged', `format ${version} was never published`);
  if (version > VERSION) throw new SnapshotError('newer', `format ${version}, this version knows ${VERSION}`);
  if (view.getUint32(4, true) !== crc32(bytes, CRC_START)) throw new SnapshotError('damaged', 'checksum wrong');
  const schemaEnd = HEADER_BYTES + 4 + view.getUint32(HEADER_BYTES, true);
  const schema = new TextDecoder().decode(bytes.subarray(HEADER_BYTES + 4, schemaEnd));
  const entries = new Map<string, StateArray>();
  const reader: Reader = { bytes, view, offset: schemaEnd, name: '' };
  while (reader.offset < bytes.length) readEntry(entries, reader);
  return { schema, version, entries };
}

interface Reader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  offset: number;
  /** Name of the last entry. */
  name: string;
}

function readEntry(entries: Map<string, StateArray>, reader: Reader): void {
  const { bytes, view, offset } = reader;
  requireBytes(bytes, offset + 2);
  const nameEnd = offset + 2 + view.getUint8(offset + 1);
  requireBytes(bytes, nameEnd + 1);
  const typeByte = view.getUint8(nameEnd);
  const start = nameEnd + 1 + countBytes(typeByte);
  requireBytes(bytes, start);
  const shared = reader.name.slice(0, view.getUint8(offset));
  const name = shared + new TextDecoder().decode(bytes.subarray(offset + 2, nameEnd));
  const type = ARRAY_TYPES[typeByte & TYPE_BITS];
  if (type === undefined) throw new SnapshotError('damaged', `"${name}" has an unknown type`);
  const count = readCount(view, nameEnd);
  const end = start + count * type.BYTES_PER_ELEMENT;
  requireBytes(bytes, end);
  // A copy, because the bytes of an entry are not aligned. Not slice(): a Buffer's shares its memory.
  const copy = new Uint8Array(bytes.subarray(start, end));
  entries.set(name, new type(copy.buffer, copy.byteOffset, copy.byteLength / type.BYTES_PER_ELEMENT));
  reader.name = name;
  reader.offset = end;
}

/** A checksum that fits does not make lengths true: the bytes may be of another's making. */
function requireBytes(bytes: Uint8Array, end: number): void {
  if (end > bytes.length) throw new SnapshotError('damaged', 'an entry goes beyond the end');
}
