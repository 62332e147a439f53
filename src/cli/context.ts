import type { Writable } from 'node:stream';

/** The parts of the process that a command may touch; tests give their own. */
export interface CliContext {
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly hostname: string;
  /** Aborted by the first SIGTERM or SIGINT; the second ends the process at once. */
  readonly stop: AbortSignal;
  /** From now on SIGHUP runs this in place of ending the process. Default: there are no signals. */
  readonly onHangUp?: (run: () => void) => void;
}
