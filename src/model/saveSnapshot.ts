import { crc32 } from './crc32.ts';
import { CRC_START, HEADER_BYTES, MAGIC, typeOf, VERSION } from './snapshotFormat.ts';
import type { StateArray, Stateful, StateIo } from './stateIo.ts';

/** A component's whole state as bytes; `schema` names the settings that it belongs to. Allocates: not for the hot path. */
export function saveSnapshot(component: Stateful, schema: string): Uint8Array {
  const chunks: Uint8Array[] = [];
  component.exchange(createSaver(chunks, ''));
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

function createSaver(chunks: Uint8Array[], prefix: string): StateIo {
  return {
    isRestoring: false,
    number(name, value) {
      chunks.push(toEntry(prefix + name, Float64Array.of(value)));
      return value;
    },
    array(name, array) {
      chunks.push(toEntry(prefix + name, array));
    },
    within: (name) => createSaver(chunks, `${prefix}${name}.`),
  };
}

function toEntry(name: string, array: StateArray): Uint8Array {
  const nameBytes = new TextEncoder().encode(name);
  const data = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const entry = new Uint8Array(2 + nameBytes.length + 5 + data.length);
  const view = new DataView(entry.buffer);
  view.setUint16(0, nameBytes.length, true);
  entry.set(nameBytes, 2);
  view.setUint8(2 + nameBytes.length, typeOf(array));
  view.setUint32(3 + nameBytes.length, array.length, true);
  entry.set(data, 7 + nameBytes.length);
  return entry;
}
