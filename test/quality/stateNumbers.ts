import { readFileSync, writeFileSync } from 'node:fs';
import { crc32 } from '../../src/model/crc32.ts';
import {
  ARRAY_TYPES,
  CRC_START,
  countBytes,
  HEADER_BYTES,
  MAGIC,
  readCount,
  TYPE_BITS,
  VERSION,
} from '../../src/model/snapshotFormat.ts';

/** Single numbers of a state file that `replay --state` wrote, by name, with the byte at which each stands. */
type Places = ReadonlyMap<string, number>;

/** @throws Error where the file holds no number of this name */
export function readStateNumber(file: string, name: string): number {
  const bytes = readFileSync(file);
  const place = findPlaces(bytes).get(name);
  if (place === undefined) throw new Error(`${file}: holds no number ${name}`);
  return viewOf(bytes).getFloat64(place, true);
}

/**
 * Sets the number of every network that ends with `suffix`, leaving all else as it is.
 * @throws Error where there is none
 */
export function writeStateNumbers(file: string, suffix: string, value: number): void {
  const bytes = readFileSync(file);
  const view = viewOf(bytes);
  const places = [...findPlaces(bytes)].filter(([name]) => name.endsWith(suffix));
  if (places.length === 0) throw new Error(`${file}: holds no number that ends with ${suffix}`);
  for (const [, place] of places) view.setFloat64(place, value, true);
  view.setUint32(4, crc32(bytes, CRC_START), true);
  writeFileSync(file, bytes);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function findPlaces(bytes: Uint8Array): Places {
  const view = viewOf(bytes);
  if (view.getUint32(0, true) !== MAGIC || view.getUint16(8, true) !== VERSION) throw new Error('not a state file');
  const places = new Map<string, number>();
  let name = '';
  let offset = HEADER_BYTES + 4 + view.getUint32(HEADER_BYTES, true);
  while (offset < bytes.length) {
    const nameEnd = offset + 2 + view.getUint8(offset + 1);
    name = name.slice(0, view.getUint8(offset)) + new TextDecoder().decode(bytes.subarray(offset + 2, nameEnd));
    const typeByte = view.getUint8(nameEnd);
    const type = ARRAY_TYPES[typeByte & TYPE_BITS]!;
    const numbersAt = nameEnd + 1 + countBytes(typeByte);
    const count = readCount(view, nameEnd);
    if (type === Float64Array && count === 1) places.set(name, numbersAt);
    offset = numbersAt + count * type.BYTES_PER_ELEMENT;
  }
  return places;
}
