import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAIN } from './built.ts';

/** The built daemon as a process of its own, as a supervisor would run it. */
export interface DaemonProcess {
  readonly child: ChildProcess;
  /** Path of its configuration. */
  readonly file: string;
  /** Everything it has written to stderr. */
  log(): string;
  /** Resolves as soon as its log, from `from` on, holds the text; rejects with the log when it exits first or after four. */
  logged(text: string, from?: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Exit status, or the signal's name. */
  exited(): Promise<number | string>;
  dispose(): Promise<void>;
}

/** Only a line that never comes takes this time: a machine may be ten times slower, or busy. */
const LONGEST_WAIT_MS = 240_000;

/** Many daemons run beside each other in tests, and one address is there for one of them: only a test that wants page or metrics has it. */
function withoutPage(config: string): string {
  if (/^\s*"?page"?:/m.test(config) || config.trimStart().startsWith('{')) return config;
  return `${config}\npage: {enabled: off}\nmetrics: {enabled: off}\n`;
}

/** Runs `tidegate <args>`; `config` is written to a file and passed with -c. `nodeArgs`: before the program; `state`: its state folder, by default one of its own; `env`: on top of ours; `main`: the program, by default the installed one. */
export function startDaemon(
  config: string,
  args: readonly string[] = ['run'],
  nodeArgs: readonly string[] = [],
  state?: string,
  env: Readonly<Record<string, string>> = {},
  main: string = MAIN,
): DaemonProcess {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-e2e-'));
  const file = join(folder, 'tidegate.yaml');
  writeFileSync(file, withoutPage(config));
  const child = spawn(process.execPath, [...nodeArgs, main, ...args, '-c', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, STATE_DIRECTORY: state ?? join(folder, 'state'), ...env },
  });
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const exit = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  return {
    child,
    file,
    log: () => log,
    async logged(text, from = 0) {
      const deadline = Date.now() + LONGEST_WAIT_MS;
      while (!log.slice(from).includes(text)) {
        if (child.exitCode !== null) throw new Error(`exited with ${child.exitCode} before "${text}":\n${log}`);
        if (Date.now() > deadline) throw new Error(`no "${text}" within ${LONGEST_WAIT_MS / 1000} s:\n${log}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    kill: (signal) => void child.kill(signal),
    exited: () => exit,
    async dispose() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exit;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
