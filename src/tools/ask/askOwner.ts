import { join } from 'node:path';
import { askLocally, SOCKET_NAME } from '../../adapters/host/localSocket.ts';
import { type ErrorCode, TidegateError } from '../../domain/errors.ts';

const WITHIN_MS = 120_000;

/** Codes of refusals that have one of their own among the errors of commands. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  TG_REQUEST_NO_STREAM: 'TG_STATE_MISSING',
  TG_REQUEST_FILE: 'TG_STATE_INVALID',
  TG_REQUEST_OUT_OF_REACH: 'TG_STATE_MISSING',
};

interface Answer {
  readonly status: string;
  readonly data: unknown;
  readonly error?: { readonly code: string; readonly message: string; readonly remedy: string };
}

/**
 * Asks the daemon that has a state folder, over its socket there.
 * @returns the data of its answer; undefined: no daemon has it. @throws TidegateError TG_STATE_MISSING, TG_STATE_INVALID, TG_STATE_FAILED
 */
export async function askOwner(folder: string, command: string, members: object = {}): Promise<unknown> {
  const answer = await exchange(folder, JSON.stringify({ ...members, command }));
  if (answer === undefined || answer.status === 'ok') return answer?.data;
  const { code = '', message = 'the daemon gave no reason', remedy = '' } = answer.error ?? {};
  throw new TidegateError(
    CODES[code] ?? 'TG_STATE_FAILED',
    `the running daemon says: ${message}${remedy === '' ? '' : `; ${remedy}`}`,
  );
}

async function exchange(folder: string, request: string): Promise<Answer | undefined> {
  try {
    const text = await askLocally(join(folder, SOCKET_NAME), request, WITHIN_MS);
    return text === undefined ? undefined : (JSON.parse(text) as Answer);
  } catch (cause) {
    throw new TidegateError('TG_STATE_FAILED', `the running daemon did not answer: ${(cause as Error).message}`, {
      cause,
    });
  }
}
