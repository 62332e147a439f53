/**
 * Every refusal of the page and its API that is not the answer of a command, in one table: stable code → HTTP status and what it means.
 * config/errors.md is made from it.
 */
export const HTTP_ERRORS = {
  TG_HTTP_INVALID: { status: 400, meaning: 'the request is not what the address takes; the message names the member' },
  TG_HTTP_TOKEN: {
    status: 401,
    meaning: 'the token is missing or wrong, or the header of the proxy that names the user',
  },
  TG_HTTP_HOST: {
    status: 421,
    meaning: 'the page was called by a name that is not one of its own; add it to `page.hosts`',
  },
  TG_HTTP_ORIGIN: { status: 403, meaning: 'the request comes from the page of another site' },
  TG_HTTP_NOT_FOUND: { status: 404, meaning: 'there is nothing at the address' },
  TG_HTTP_NO_STREAM: { status: 404, meaning: 'there is no stream of this id' },
  TG_HTTP_METHOD: { status: 405, meaning: 'the address is there, and takes another method' },
  TG_HTTP_MEDIA: { status: 415, meaning: 'the body is not of the type application/json' },
  TG_HTTP_TOO_LARGE: { status: 413, meaning: 'the body is longer than 16 KB' },
  TG_HTTP_TOO_MANY: { status: 429, meaning: 'too many wrong tokens came; wait for a minute' },
  TG_HTTP_FULL: {
    status: 503,
    meaning: 'as many clients as are served follow the events already; ask again when one has left',
  },
  TG_HTTP_NO_MEMORY: { status: 404, meaning: 'the stream has no memory to look into; the message says why' },
  TG_HTTP_BUSY: {
    status: 503,
    meaning: 'as many looks into memories have been had as are given in two seconds; ask again then',
  },
  TG_HTTP_NOT_LOADED: {
    status: 503,
    meaning:
      'a part of the program could not be loaded, which the log tells of; where its files were replaced since it started, start it again',
  },
  TG_HTTP_FAILED: { status: 500, meaning: 'an error of the daemon, which its log has' },
} as const;

export type HttpErrorCode = keyof typeof HTTP_ERRORS;
