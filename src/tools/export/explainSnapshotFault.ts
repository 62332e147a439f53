import { TidegateError } from '../../domain/errors.ts';
import { SnapshotError } from '../../model/snapshotFormat.ts';

/** A snapshot fault in the user's words. Other errors are passed on. */
export function explainSnapshotFault(file: string, error: unknown): unknown {
  if (!(error instanceof SnapshotError)) return error;
  const { fault, message } = error;
  const codes = { damaged: 'TG_STATE_INVALID', newer: 'TG_STATE_NEWER', mismatch: 'TG_STATE_MISMATCH' } as const;
  return new TidegateError(codes[fault], `${file}: ${message}`, { cause: error });
}
