import { ANSWERED_BY } from '../../../domain/publications.ts';
import { REQUEST_ERRORS, RequestError } from '../../../domain/requestErrors.ts';
import type { Transaction } from './readRequest.ts';

/** JSON of an answer: `status`, `data`, with an error `error`, the transaction of its request, and by whom it is: other instances know it by that. */
export function answer(result: object | RequestError, transaction: Transaction | undefined): string {
  const answered_by = ANSWERED_BY;
  if (!(result instanceof RequestError))
    return JSON.stringify({ status: 'ok', data: result, transaction, answered_by });
  const { code, message } = result;
  const error = { code, message, remedy: REQUEST_ERRORS[code].remedy };
  return JSON.stringify({ status: 'error', data: {}, error, transaction, answered_by });
}
