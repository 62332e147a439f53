import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { TidegateError } from '../../../domain/errors.ts';

/** Longer than any row of a sane series, in bytes: a file that is no CSV is not read into memory as one row. */
const LONGEST_LINE = 1_000_000;
/** A pipe can be read once only, so that it is held; bytes. */
const LARGEST_PIPE = 256 * 1_048_576;

const LINE_FEED = 0x0a;
const RETURN = 0x0d;

/** Lines of a text that follow each other. */
export interface LineBatch {
  /** Number of the first one, 1 = first of the file. */
  readonly first: number;
  readonly lines: readonly string[];
  /** Ends of the lines; missing: a line feed. */
  readonly ends: readonly string[];
}

/** A text file that can be read more than once. */
export interface TextFile {
  readonly file: string;
  /** @throws TidegateError TG_INPUT_NOT_FOUND, TG_INPUT_INVALID */
  batches(): AsyncGenerator<LineBatch>;
}

/**
 * Opens a text of any usual kind: UTF-8, UTF-16 with a byte order mark, else Windows-1252 for each line that is not UTF-8; also
 * packed by gzip, whatever its name. A pipe is read into memory, at most 256 MiB.
 * @throws TidegateError TG_INPUT_NOT_FOUND, TG_INPUT_INVALID
 */
export async function openText(file: string): Promise<TextFile> {
  try {
    const status = await stat(file);
    const held = status.isFile() ? undefined : await readPipe(file);
    const head = held?.subarray(0, 4) ?? (await readHead(file));
    refuseArchive(file, head);
    const bytes = (): Readable => unpacked(held === undefined ? createReadStream(file) : Readable.from([held]), head);
    return { file, batches: () => readBatches(file, bytes()) };
  } catch (error) {
    throw explain(file, error);
  }
}

async function readPipe(file: string): Promise<Buffer> {
  const content = await readFile(file);
  if (content.length > LARGEST_PIPE)
    throw new TidegateError('TG_INPUT_INVALID', `${file}: a pipe of more than 256 MiB; write it to a file first`);
  return content;
}

async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Spreadsheets (.xlsx, .ods) are ZIP archives. */
function refuseArchive(file: string, head: Buffer): void {
  if (head.toString('latin1').startsWith('PK\u0003\u0004'))
    throw new TidegateError('TG_INPUT_INVALID', `${file}: is a spreadsheet or a ZIP archive; save it as CSV`);
}

function unpacked(bytes: Readable, head: Buffer): Readable {
  if (head[0] !== 0x1f || head[1] !== 0x8b) return bytes;
  const gunzip = createGunzip();
  // pipe() does not pass a read error on, nor the end of the reader.
  bytes.on('error', (error) => gunzip.destroy(error));
  gunzip.on('close', () => bytes.destroy());
  return bytes.pipe(gunzip);
}

async function* readBatches(file: string, bytes: Readable): AsyncGenerator<LineBatch> {
  let first = 1;
  let rest: Buffer = Buffer.alloc(0);
  let toUtf8: ((chunk: Buffer | undefined) => Buffer) | undefined;
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      toUtf8 ??= converterOf(chunk);
      rest = Buffer.concat([rest, toUtf8(chunk)]);
      const end = endOfLines(rest);
      if (end > 0) {
        const batch = toLines(rest.subarray(0, end), first);
        yield batch;
        first += batch.lines.length;
        rest = Buffer.from(rest.subarray(end));
      }
      if (rest.length > LONGEST_LINE)
        throw new TidegateError('TG_INPUT_INVALID', `${file}: line ${first} is longer than a megabyte: no CSV`);
    }
    const last = Buffer.concat([rest, toUtf8?.(undefined) ?? Buffer.alloc(0)]);
    if (last.length > 0) yield toLines(last, first);
  } catch (error) {
    throw explain(file, error);
  } finally {
    bytes.destroy();
  }
}

/** Makes UTF-8 of what follows its byte order mark, if there is one. */
function converterOf(start: Buffer): (chunk: Buffer | undefined) => Buffer {
  const encoding =
    start[0] === 0xff && start[1] === 0xfe
      ? 'utf-16le'
      : start[0] === 0xfe && start[1] === 0xff
        ? 'utf-16be'
        : undefined;
  if (encoding === undefined) return (chunk) => chunk ?? Buffer.alloc(0);
  const decoder = new TextDecoder(encoding);
  return (chunk) => Buffer.from(chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true }));
}

/** The end of the last line that is certain to have ended: a return at the end may be half of an end. */
function endOfLines(bytes: Buffer): number {
  const feed = bytes.lastIndexOf(LINE_FEED);
  const last = bytes[bytes.length - 1] === RETURN ? bytes.length - 2 : bytes.length - 1;
  return Math.max(feed, last < 0 ? -1 : bytes.lastIndexOf(RETURN, last)) + 1;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });
const WINDOWS = new TextDecoder('windows-1252');

/** Ends of lines may be mixed: a file that was edited elsewhere has both. */
function toLines(bytes: Buffer, first: number): LineBatch {
  const text = decode(bytes);
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return { first, lines, ends: text.includes('\r') ? (text.match(/\r\n|\n|\r/g) ?? []) : [] };
}

/** One line that is not UTF-8 costs no other line its characters. */
function decode(bytes: Buffer): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return bytes
      .toString('latin1')
      .split(/(?<=[\r\n])/)
      .map((line) => decodeLine(Buffer.from(line, 'latin1')))
      .join('');
  }
}

function decodeLine(bytes: Buffer): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return WINDOWS.decode(bytes);
  }
}

function explain(file: string, error: unknown): unknown {
  if (error instanceof TidegateError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return new TidegateError('TG_INPUT_NOT_FOUND', `${file}: no such file`);
  if (code?.startsWith('Z_'))
    return new TidegateError('TG_INPUT_INVALID', `${file}: cannot be unpacked (${(error as Error).message})`);
  if (code !== undefined) return new TidegateError('TG_INPUT_INVALID', `${file}: cannot be read (${code})`);
  return error;
}
