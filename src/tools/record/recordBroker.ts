import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { TidegateError } from '../../domain/errors.ts';
import { writeMessageLine } from '../decode/messageLine.ts';
import { type HearBrokerOptions, hearBroker } from './hearBroker.ts';

/** Bytes that may wait for the disk. Messages beyond that are counted as lost. */
const MOST_WAITING = 16 * 2 ** 20;
/** Rights of the file: only its owner reads it. */
const PRIVATE = 0o600;

export interface RecordOptions extends Omit<HearBrokerOptions, 'take'> {
  /** Path of the recording, which is not there yet. */
  readonly file: string;
  /** Bytes of the recording, at which it ends. */
  readonly mostBytes: number;
}

export interface Recorded {
  readonly messages: number;
  readonly bytes: number;
  /** Messages that the disk was too slow for. */
  readonly lost: number;
  /** It has as many bytes as it may. */
  readonly isFull: boolean;
}

/**
 * Writes what a broker sends to a file, a line of JSON each: what `decode` and `replay` read.
 * @throws TidegateError TG_USAGE where the file is there, TG_OUTPUT_FAILED where it cannot be written; those of `hearBroker`
 */
export async function recordBroker({ file, mostBytes, ...options }: RecordOptions): Promise<Recorded> {
  const out = await open(file);
  const ended = finished(out).catch((cause: unknown) => {
    throw failure(file, cause);
  });
  const isEnough = new AbortController();
  let [messages, bytes, lost] = [0, 0, 0];
  const stop = AbortSignal.any([options.stop, isEnough.signal]);
  out.once('error', () => isEnough.abort());
  try {
    await hearBroker({
      ...options,
      stop,
      take(message) {
        const line = `${writeMessageLine(message)}\n`;
        const size = Buffer.byteLength(line);
        if (bytes + size > mostBytes) isEnough.abort();
        if (isEnough.signal.aborted) return;
        if (out.writableLength > MOST_WAITING) {
          lost++;
          return;
        }
        out.write(line);
        bytes += size;
        messages++;
      },
    });
  } finally {
    out.end();
  }
  await ended;
  return { messages, bytes, lost, isFull: isEnough.signal.aborted };
}

async function open(file: string): Promise<WriteStream> {
  const out = createWriteStream(file, { flags: 'wx', mode: PRIVATE });
  try {
    await once(out, 'open');
    return out;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST')
      throw new TidegateError('TG_USAGE', `${file}: is there already; name another file`);
    throw failure(file, cause);
  }
}

function failure(file: string, cause: unknown): TidegateError {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return new TidegateError('TG_OUTPUT_FAILED', `${file}: cannot be written (${code})`, { cause });
}
