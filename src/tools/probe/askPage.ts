import { TidegateError } from '../../domain/errors.ts';
import type { MemoryProbe, MemoryRequest } from '../../domain/memoryProbe.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { decodeProbe } from '../../outlets/page/probeFrame.ts';

/** The page of a running daemon. */
export interface PageAddress {
  /** `http://127.0.0.1:8099/`, or what a proxy has in front of it. */ readonly address: string;
  readonly token: string | undefined;
}

const PATIENCE_MS = 35_000;
/** Bytes: far more than a network of the largest size has. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Asks a running daemon for a look into the memory of a stream, over its page.
 * @throws TidegateError TG_REQUEST_UNANSWERED where nothing of ours answers, TG_REQUEST_REFUSED where it says no, TG_USAGE for what is no address
 */
export async function askPage(
  { address, token }: PageAddress,
  stream: StreamId,
  { network, horizon }: MemoryRequest,
  stop: AbortSignal,
): Promise<MemoryProbe> {
  const url = probeAddress(address);
  url.searchParams.set('id', stream);
  if (network !== undefined) url.searchParams.set('network', network);
  if (horizon !== undefined) url.searchParams.set('horizon', String(horizon));
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const signal = AbortSignal.any([stop, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    const response = await fetch(url, { headers, signal, redirect: 'error' });
    const bytes = await readBounded(response);
    if (!response.ok) throw refusalOf(response.status, bytes);
    return decodeProbe(bytes);
  } catch (error) {
    if (error instanceof TidegateError) throw error;
    throw unanswered(address, error);
  }
}

/** @throws TidegateError TG_USAGE */
function probeAddress(address: string): URL {
  try {
    const url = new URL('api/stream/probe', address.endsWith('/') ? address : `${address}/`);
    if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  } catch {
    // Told below.
  }
  throw new TidegateError('TG_USAGE', 'expected the address of the page, such as http://127.0.0.1:8099/');
}

/** @throws RangeError for more than an answer can have */
async function readBounded({ body }: Response): Promise<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new RangeError(`an answer of more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all.buffer;
}

/** The daemon's own words where it has some. */
function refusalOf(status: number, bytes: ArrayBuffer): TidegateError {
  try {
    const { error } = JSON.parse(new TextDecoder().decode(bytes)) as { error: { code: unknown; message: unknown } };
    return new TidegateError(
      'TG_REQUEST_REFUSED',
      `the daemon refuses: ${String(error.message)} [${String(error.code)}]`,
    );
  } catch {
    return new TidegateError(
      'TG_REQUEST_UNANSWERED',
      `the page answered with status ${status} and is not that of tidegate`,
    );
  }
}

function unanswered(address: string, error: unknown): TidegateError {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const reason = cause instanceof Error ? cause.message : message;
  return new TidegateError('TG_REQUEST_UNANSWERED', `no answer from ${address}: ${reason}`, { cause: error });
}
