/**
 * Every refusal that a request can get, in one table: stable code → what it means, and what its sender can do.
 * config/requests.md is made from it.
 */
export const REQUEST_ERRORS = {
  TG_REQUEST_UNKNOWN: {
    meaning: 'there is no such command',
    remedy: 'config/requests.md lists the commands of this version',
  },
  TG_REQUEST_INVALID: {
    meaning: 'the payload is not what the command takes; the message names the member',
    remedy: 'send a JSON object with the members that config/requests.md lists for the command',
  },
  TG_REQUEST_TOO_LARGE: {
    meaning: 'the payload is longer than 16 KB, or nested deeper than 8 levels',
    remedy: 'send less in one request',
  },
  TG_REQUEST_TOO_MANY: {
    meaning:
      'more requests came than are served: 10 a second, 20 at once, 32 under way; one `save` in 10 seconds, one `backup` and one `verify` in a minute, one `import` in a second',
    remedy: 'send it again in a second',
  },
  TG_REQUEST_NOT_ALLOWED: {
    meaning: 'the configuration does not allow the command',
    remedy: 'add it to `bridge.commands`',
  },
  TG_REQUEST_READ_ONLY: {
    meaning: 'the command changes something, and the configuration allows no changes by request',
    remedy: 'set `bridge.read_only: off`',
  },
  TG_REQUEST_NO_STREAM: {
    meaning: 'there is no stream of this id',
    remedy: 'the command `streams` lists the ids',
  },
  TG_REQUEST_NO_CLASSES: {
    meaning: 'the stream has no classes to learn',
    remedy: 'give its entry of the configuration `classify`',
  },
  TG_REQUEST_NOT_KEPT: {
    meaning: 'nothing is kept, or the medium takes nothing now',
    remedy: '`state.durability` says whether anything is kept; the log and `bridge/health` name a full or failing disk',
  },
  TG_REQUEST_FILE: {
    meaning: 'the file of an export cannot be written, or that of an import cannot be taken; the message says why',
    remedy: 'the folder `exports` in the state folder holds them; move away what is not needed',
  },
  TG_REQUEST_NO_ALARM: {
    meaning: 'the stream has no such alarm, or it is not known any more',
    remedy: 'the command `alarms` lists the ids; without one, or with `last`, the newest is meant',
  },
  TG_REQUEST_OUT_OF_REACH: {
    meaning: 'what is kept does not reach back so far; nothing was changed',
    remedy: 'ask for less; src/state/README.md says what is kept',
  },
  TG_REQUEST_CONFIG: {
    meaning: 'the configuration that is written now is wrong, or cannot be read; the one before stays in force',
    remedy: 'the log says what is wrong, and where; `tidegate check` says the same',
  },
  TG_REQUEST_CONFLICT: {
    meaning: 'the configuration has changed since the revision of the request, or its file while it was written',
    remedy: 'read the options again, and ask with the revision of that answer',
  },
  TG_REQUEST_FIXED: {
    meaning: 'the option cannot be changed by request; the message says why',
    remedy: 'change it in the file, or in the environment where it comes from there, and send `reload`',
  },
  TG_REQUEST_NOT_WRITABLE: {
    meaning: 'the file of the configuration cannot be written; nothing has changed',
    remedy:
      'let the daemon write the file and its folder, or leave `persist` out: then the change ends with the process',
  },
  TG_REQUEST_STOPPED: {
    meaning: 'the daemon stopped before the command was done; whether it was done is not known',
    remedy: 'ask again once the daemon is back',
  },
  TG_REQUEST_TIMEOUT: {
    meaning: 'the command was not done within 30 seconds; it goes on, and is done when what holds it up is over',
    remedy: 'the log and `bridge/health` say what holds it up, such as a full disk',
  },
  TG_REQUEST_FAILED: {
    meaning: 'the command failed by an error of the daemon, which its log has',
    remedy: 'read the log; report the error where it is one of tidegate',
  },
} as const;

export type RequestErrorCode = keyof typeof REQUEST_ERRORS;

/** A command that cannot be done as it was asked for. The message goes to its sender: it never repeats what that has sent. */
export class RequestError extends Error {
  readonly code: RequestErrorCode;

  constructor(code: RequestErrorCode, message: string = REQUEST_ERRORS[code].meaning) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
  }
}
