import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { TidegateError } from '../../../domain/errors.ts';

/** Characters of a line: a whole series is one line of an export. */
const LONGEST_LINE = 256 * 1_048_576;

/** Lines of a text in UTF-8, also of one that is packed by gzip. @throws TidegateError TG_INPUT_INVALID */
export async function* linesOf(file: string): AsyncGenerator<string> {
  const source = createReadStream(file);
  let bytes: Readable = source;
  if (await isPacked(file)) {
    const unpacked = createGunzip();
    source.on('error', (error) => unpacked.destroy(error));
    bytes = source.pipe(unpacked);
  }
  try {
    for await (const line of createInterface({ input: bytes, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line.length > LONGEST_LINE)
        throw new TidegateError('TG_INPUT_INVALID', `${file}: a line of more than 256 MB`);
      yield line;
    }
  } catch (cause) {
    if (cause instanceof TidegateError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new TidegateError('TG_INPUT_INVALID', `${file}: cannot be read (${code ?? message})`, { cause });
  } finally {
    source.destroy();
    bytes.destroy();
  }
}

async function isPacked(file: string): Promise<boolean> {
  const head = createReadStream(file, { end: 1 });
  for await (const chunk of head) return (chunk as Buffer)[0] === 0x1f && (chunk as Buffer)[1] === 0x8b;
  return false;
}
