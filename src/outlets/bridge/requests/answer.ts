import { REQUEST_ERRORS, RequestError } from '../../../domain/requestErrors.ts';
import type { Transaction } from './readRequest.ts';

/** JSON of an answer: `status`, `data`, with an error `error`, and the transaction of its request. */
export function answer(result: object | RequestError, transaction: Transaction | undefined): string {
  if (!(result instanceof RequestError)) return JSON.stringify({ status: 'ok', data: result, transaction });
  const { code, message } = result;
  const error = { code, message, remedy: REQUEST_ERRORS[code].remedy };
  return JSON.stringify({ status: 'error', data: {}, error, transaction });
}
