import { crc32 } from './crc32.ts';
import { CRC_START, countBits, countBytes, HEADER_BYTES, MAGIC, typeOf, VERSION } from './snapshotFormat.ts';
import type { StateArray, Stateful, StateIo } from './stateIo.ts';

/** A component's whole state as bytes; `schema` names the settings that it belongs to. Allocates: not for the hot path. */
export function saveSnapshot(component: Stateful, schema: string): Uint8Array {
  const entries = new Entries();
  component.exchange(createSaver(entries, ''));
  const { chunks } = entries;
  const schemaBytes = new TextEncoder().encode(schema);
  const body = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const bytes = new Uint8Array(HEADER_BYTES + 4 + schemaBytes.length + body);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(8, VERSION, true);
  view.setUint32(HEADER_BYTES, schemaBytes.length, true);
  bytes.set(schemaBytes, HEADER_BYTES + 4);
  let offset = HEADER_BYTES + 4 + schemaBytes.length;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  view.setUint32(4, crc32(bytes, CRC_START), true);
  return bytes;
}

/** Entries one after the other. */
class Entries {
  readonly chunks: Uint8Array[] = [];
  #lastName = '';

  add(name: string, array: StateArray): void {
    this.chunks.push(toEntry(name, sharedStart(this.#lastName, name), array));
    this.#lastName = name;
  }
}

function createSaver(entries: Entries, prefix: string): StateIo {
  return {
    isRestoring: false,
    version: VERSION,
    number(name, value) {
      entries.add(prefix + name, Float64Array.of(value));
      return value;
    },
    array(name, array) {
      entries.add(prefix + name, array);
    },
    has: () => false,
    leave: () => undefined,
    within: (name) => createSaver(entries, `${prefix}${name}.`),
  };
}

function sharedStart(one: string, other: string): number {
  let count = 0;
  while (count < one.length && one[count] === other[count]) count++;
  return count;
}

function toEntry(name: string, shared: number, array: StateArray): Uint8Array {
  const nameBytes = new TextEncoder().encode(name.slice(shared));
  const data = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const typeByte = typeOf(array) | countBits(array.length);
  const typeAt = 2 + nameBytes.length;
  const dataAt = typeAt + 1 + countBytes(typeByte);
  const entry = new Uint8Array(dataAt + data.length);
  const view = new DataView(entry.buffer);
  view.setUint8(0, shared);
  view.setUint8(1, nameBytes.length);
  entry.set(nameBytes, 2);
  view.setUint8(typeAt, typeByte);
  writeCount(view, typeAt + 1, countBytes(typeByte), array.length);
  entry.set(data, dataAt);
  return entry;
}

function writeCount(view: DataView, at: number, bytes: number, count: number): void {
  if (bytes === 4) view.setUint32(at, count, true);
  else if (bytes === 1) view.setUint8(at, count);
}
