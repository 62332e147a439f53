import type { StateArray } from './stateIo.ts';

/**
 * Bytes of a snapshot, little-endian (every platform we run on is):
 *   magic "TGSN" | crc32 u32 over all that follows | version u16 | reserved u16 | schema length u32, schema (UTF-8)
 *   then entries: shared u8, length u8, rest of the name (ASCII), type u8, count u32, the array's bytes.
 * A name begins with the first `shared` characters of the one before: names are long and nearly alike.
 * Since version 5 the two highest bits of the type say how long the count is: most arrays are short, and most of those a number.
 * The schema names what the numbers belong to (sizes, horizons, inputs): other settings are told apart from damage.
 */
export const MAGIC = 0x4e534754;
export const VERSION = 5;
/** The oldest that can be read. Components that looked different then translate what they find. */
export const OLDEST_VERSION = 2;
export const HEADER_BYTES = 12;
export const CRC_START = 8;

type ArrayType =
  | Float32ArrayConstructor
  | Float64ArrayConstructor
  | Uint8ArrayConstructor
  | Uint16ArrayConstructor
  | Uint32ArrayConstructor;

/** The type byte of an entry is the index in this list: it may only grow. */
export const ARRAY_TYPES: readonly ArrayType[] = [Float32Array, Float64Array, Uint8Array, Uint32Array, Uint16Array];

/** Highest bits of the type byte. `SINGLE`: the array is one number, and no count follows. `SHORT`: the count is a u8. */
const SINGLE = 0x80;
const SHORT = 0x40;
/** The bits of the type itself. */
export const TYPE_BITS = 0x3f;
const SHORT_LIMIT = 0x100;

/** Bits for the type byte of an array with this number of elements. */
export function countBits(count: number): number {
  if (count === 1) return SINGLE;
  return count < SHORT_LIMIT ? SHORT : 0;
}

/** Bytes of the count behind this type byte. */
export function countBytes(typeByte: number): number {
  if ((typeByte & SINGLE) !== 0) return 0;
  return (typeByte & SHORT) !== 0 ? 1 : 4;
}

/** @param typeAt where the type byte is; the count follows it */
export function readCount(view: DataView, typeAt: number): number {
  const bytes = countBytes(view.getUint8(typeAt));
  if (bytes === 0) return 1;
  return bytes === 1 ? view.getUint8(typeAt + 1) : view.getUint32(typeAt + 1, true);
}

export function typeOf(array: StateArray): number {
  return ARRAY_TYPES.findIndex((type) => array instanceof type);
}

/** Why bytes are not a snapshot that can be used. `newer` must be left untouched. */
export type SnapshotFault = 'damaged' | 'newer' | 'mismatch';

export class SnapshotError extends Error {
  readonly fault: SnapshotFault;

  constructor(fault: SnapshotFault, message: string) {
    super(message);
    this.name = 'SnapshotError';
    this.fault = fault;
  }
}
