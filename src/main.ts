#!/usr/bin/env node
import { hostname } from 'node:os';
import { runProgram } from './cli/runProgram.ts';

const stop = new AbortController();

for (const [signal, number] of [
  ['SIGTERM', 15],
  ['SIGINT', 2],
] as const) {
  process.on(signal, () => {
    // The second signal means it: whoever sends it does not want to wait.
    if (stop.signal.aborted) process.exit(128 + number);
    stop.abort(signal);
  });
}
// A reader that goes away (`tidegate demo | head`) is no reason for a stack trace.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') stop.abort('EPIPE');
});

process.exitCode = await runProgram(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  hostname: hostname(),
  stop: stop.signal,
});
