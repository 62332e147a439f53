import { closeSync, openSync, readSync } from 'node:fs';

const BYTES = 16;

/**
 * A name that cannot be guessed and does not occur twice: a random UUID (RFC 9562, version 4). Its bits come from the kernel: Node.js'
 * module for cryptography takes 2 to 4 MB of memory in each thread that loads it, and is asked only where there is no such device.
 */
export function randomUuid(): string {
  const bytes = readRandom();
  if (bytes === undefined) return process.getBuiltinModule('node:crypto').randomUUID();
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** @returns undefined where the device is missing, or gives less than was asked for */
function readRandom(): Buffer | undefined {
  let handle: number | undefined;
  try {
    handle = openSync('/dev/urandom', 'r');
    const bytes = Buffer.alloc(BYTES);
    return readSync(handle, bytes, 0, BYTES, null) === BYTES ? bytes : undefined;
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
