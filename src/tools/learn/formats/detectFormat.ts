import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { TidegateError } from '../../../domain/errors.ts';

/** Formats of history, told apart by what is in the file, whatever its name. */
export type HistoryFormat = 'sqlite' | 'json' | 'prometheus' | 'table';

const HEAD_BYTES = 65_536;
const SQLITE = 'SQLite format 3\0';
/** `name{labels} value time`: the time is what makes it history. */
const SAMPLE = /^[a-zA-Z_:][\w:.]*(?:\{.*\})?\s+(?:[-+]?[\d.]|[-+]?Inf|NaN)\S*\s+-?\d/;
/** A line of `promtool tsdb dump`. */
const DUMPED = /^\{__name__="/;
const COMMENT = /^# (?:HELP|TYPE|UNIT|EOF)\b/;

/** @throws TidegateError TG_INPUT_NOT_FOUND, TG_INPUT_INVALID */
export async function detectFormat(file: string): Promise<HistoryFormat> {
  const head = await headOf(file);
  if (head.toString('latin1', 0, SQLITE.length) === SQLITE) return 'sqlite';
  const text = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (text === '') throw new TidegateError('TG_INPUT_INVALID', `${file}: is empty`);
  if (/^\{\s*"|^\[|^\{\s*\}/.test(text)) return 'json';
  const lines = text.split(/\r?\n/).filter((line) => line !== '' && !/^#\s*$/.test(line));
  const isMetric = (line: string): boolean => COMMENT.test(line) || SAMPLE.test(line) || DUMPED.test(line);
  return isMetric(lines[0] ?? '') ? 'prometheus' : 'table';
}

async function headOf(file: string): Promise<Buffer> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      const head = buffer.subarray(0, bytesRead);
      return head[0] === 0x1f && head[1] === 0x8b ? await unpackedHead(file) : head;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof TidegateError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw code === 'ENOENT'
      ? new TidegateError('TG_INPUT_NOT_FOUND', `${file}: no such file`)
      : new TidegateError('TG_INPUT_INVALID', `${file}: cannot be read (${code})`, { cause });
  }
}

async function unpackedHead(file: string): Promise<Buffer> {
  const bytes = createReadStream(file);
  const unpacked = bytes.pipe(createGunzip());
  bytes.on('error', (error) => unpacked.destroy(error));
  try {
    for await (const chunk of unpacked) return (chunk as Buffer).subarray(0, HEAD_BYTES);
    return Buffer.alloc(0);
  } finally {
    unpacked.destroy();
    bytes.destroy();
  }
}
