#!/usr/bin/env node
import { hostname } from 'node:os';
import type { Writable } from 'node:stream';
import { tuneEngine } from './adapters/host/tuneEngine.ts';
import { EXIT_SOFTWARE, explain, runProgram } from './cli/runProgram.ts';

/** A stop takes less than 5 s: whatever hinders it then is left behind. */
const LONGEST_STOP_MS = 4800;
/** Longest wait until the written output has reached its reader. */
const LONGEST_FLUSH_MS = 1000;

tuneEngine();

const stop = new AbortController();

for (const [signal, number] of [
  ['SIGTERM', 15],
  ['SIGINT', 2],
] as const) {
  process.on(signal, () => {
    // The second signal means it: its sender does not want to wait.
    if (stop.signal.aborted) process.exit(128 + number);
    setTimeout(() => process.exit(128 + number), LONGEST_STOP_MS).unref();
    stop.abort(signal);
  });
}
// Errors thrown where no caller catches them, on a timer or in the answer to an event.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    explain(error, process.stderr);
    process.exit(EXIT_SOFTWARE);
  });
}
// A reader that goes away (`tidegate demo | head`) is no reason for a stack trace.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') stop.abort('EPIPE');
});

const status = await runProgram(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  hostname: hostname(),
  stop: stop.signal,
  onHangUp: (run) => process.on('SIGHUP', run),
});
// The process ends itself: what may be left, a timer, a thread, a connection, must not keep a daemon alive that does nothing any more.
setTimeout(() => process.exit(status), LONGEST_FLUSH_MS).unref();
await Promise.all([process.stdout, process.stderr].map(flush));
process.exit(status);

function flush(stream: Writable): Promise<void> {
  if (stream.writableLength === 0 || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
