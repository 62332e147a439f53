import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Why a file is not read, in place of a code of the operating system. */
class FileFault extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/**
 * A whole file, but never more than a given size, and never a device, a pipe or a socket: those may have no end, and reading one
 * holds up everything, signals too. @throws what node:fs throws; for what is no file and for too long ones an error whose `code`
 * says so
 */
export function readRegularFile(path: string, mostBytes: number): Buffer {
  // Without O_NONBLOCK the opening of a pipe waits for somebody who writes.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(file);
    if (stat.isDirectory()) throw new FileFault('EISDIR');
    if (!stat.isFile()) throw new FileFault('not a regular file');
    if (stat.size > mostBytes) throw new FileFault(tooLong(mostBytes));
    return readUpTo(file, mostBytes);
  } finally {
    closeSync(file);
  }
}

/** Not by the size that fstat told: the file may grow, and those of /proc say 0. */
function readUpTo(file: number, mostBytes: number): Buffer {
  const bytes = Buffer.allocUnsafe(mostBytes + 1);
  let length = 0;
  for (;;) {
    const read = readSync(file, bytes, length, bytes.length - length, null);
    if (read === 0) return bytes.subarray(0, length);
    length += read;
    if (length > mostBytes) throw new FileFault(tooLong(mostBytes));
  }
}

function tooLong(mostBytes: number): string {
  return `larger than ${mostBytes / 1_048_576} MiB`;
}
