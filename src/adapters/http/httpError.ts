import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { HTTP_ERRORS, type HttpErrorCode } from '../../domain/httpErrors.ts';

/** A request that is refused. Its message goes to its sender, and repeats nothing of the request. */
export class HttpError extends Error {
  readonly code: HttpErrorCode;

  constructor(code: HttpErrorCode, message: string = HTTP_ERRORS[code].meaning) {
    super(message);
    this.name = 'HttpError';
    this.code = code;
  }

  get status(): ContentfulStatusCode {
    return HTTP_ERRORS[this.code].status;
  }
}
