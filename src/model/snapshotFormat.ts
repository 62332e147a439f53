import type { StateArray } from './stateIo.ts';

/**
 * Bytes of a snapshot, little-endian (every platform we run on is):
 *   magic "TGSN" | crc32 u32 over all that follows | version u16 | reserved u16 | schema length u32, schema (UTF-8)
 *   then entries: shared u8, length u8, rest of the name (ASCII), type u8, count u32, the array's bytes.
 * A name begins with the first `shared` characters of the one before: names are long and nearly alike.
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
