/**
 * Every error that a user can meet, in one table: stable code → exit status (sysexits) and what it means.
 * config/errors.md is made from it. Bad data is never an error: see dropReason.ts.
 */
export const ERRORS = {
  TG_CONFIG_INVALID: { exit: 78, meaning: 'the configuration is wrong; the message names file, line and column' },
  TG_CONFIG_NOT_FOUND: { exit: 66, meaning: 'no configuration file at the places looked at' },
  TG_CONFIG_UNREADABLE: { exit: 77, meaning: 'the configuration, or a file it names, cannot be read' },
  TG_USAGE: { exit: 64, meaning: 'a flag or argument is wrong' },
  TG_NODE_TOO_OLD: { exit: 78, meaning: 'this Node.js is older than what the program runs on' },
  TG_INPUT_NOT_FOUND: { exit: 66, meaning: 'the input file does not exist' },
  TG_INPUT_INVALID: { exit: 65, meaning: 'the input file cannot be used (no such column, not a CSV)' },
  TG_OUTPUT_FAILED: { exit: 74, meaning: 'the result could not be written' },
  TG_BROKER_UNREACHABLE: {
    exit: 69,
    meaning: 'the broker did not answer (one-shot commands only; the daemon retries)',
  },
  TG_BROKER_REFUSED: { exit: 77, meaning: 'the broker refused user, password or certificate (one-shot commands only)' },
  TG_REQUEST_UNANSWERED: { exit: 69, meaning: 'no daemon answered a request (`ask`, `learn` and `probe --page`)' },
  TG_REQUEST_REFUSED: {
    exit: 65,
    meaning: 'the daemon refused a request; the message has its code (`learn` and `probe --page`)',
  },
  TG_STATE_INVALID: { exit: 65, meaning: 'a state file is damaged or not one of ours' },
  TG_STATE_NEWER: { exit: 65, meaning: 'a state file was written by a newer version; it is left untouched' },
  TG_STATE_MISMATCH: {
    exit: 65,
    meaning: 'a state file holds the state of something else, or under settings that no stream can have',
  },
  TG_STATE_MISSING: { exit: 66, meaning: 'there is no state in the folder, or none of this stream' },
  TG_STATE_FAILED: {
    exit: 74,
    meaning: 'the state could not be read or written (disk full, read-only medium, I/O error)',
  },
  TG_STATE_UNSAFE: {
    exit: 77,
    meaning: 'other users can put files of theirs into the state folder, or have done so',
  },
  TG_STATE_LOCKED: { exit: 75, meaning: 'another tidegate is using the state folder' },
  TG_STATE_RETURNED: {
    exit: 75,
    meaning:
      'another state lies in the state folder than the daemon had open, or one that it could not read at the start; a supervisor starts the daemon again',
  },
  TG_KERNEL_SHAPE: { exit: 78, meaning: 'the kernel cannot hold a network of this shape' },
  TG_KERNEL_MISSING: {
    exit: 78,
    meaning: 'this runtime has not the instructions of the kernel that model.kernel names',
  },
  TG_THREAD_DIED: {
    exit: 70,
    meaning:
      'a learner thread ended by itself (a bug of ours, or no memory left); a supervisor starts the daemon again',
  },
  TG_DEMO_FAILED: { exit: 69, meaning: 'the demonstration could not start its broker or lost it' },
  TG_INTERNAL: { exit: 70, meaning: 'a bug of ours: please report it' },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** A failure with a stable code. Thrown for our own bugs and for wrong configuration, never for data. */
export class TidegateError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TidegateError';
    this.code = code;
  }

  /** Process exit status, after sysexits.h. */
  get exit(): number {
    return ERRORS[this.code].exit;
  }
}
