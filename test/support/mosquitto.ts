import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

export interface MosquittoOptions {
  /** Lines of mosquitto.conf, after our own. */
  readonly config?: string;
  /** Name → password. Without it everyone may come in. */
  readonly users?: Readonly<Record<string, string>>;
  /** Contents of the ACL file. */
  readonly acl?: string;
  /** PEM files; the listener speaks TLS only. */
  readonly tls?: { ca: string; cert: string; key: string; requireCertificate?: boolean };
}

/** A mosquitto of our own on 127.0.0.1. */
export interface Mosquitto {
  readonly port: number;
  readonly pid: number;
  /** Everything it has printed. */
  log(): string;
  /** Writes the password file anew and has it read (SIGHUP). */
  setUsers(users: Readonly<Record<string, string>>): void;
  /** SIGSTOP: the kernel still accepts, no process reads. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** On the same port, after stop or kill. */
  restart(): Promise<void>;
}

/** For `describe.skipIf(!hasMosquitto())`. Where CI is set it says yes, so that a missing mosquitto fails there. */
export function hasMosquitto(): boolean {
  return process.env['CI'] !== undefined || spawnSync('mosquitto', ['-h']).error === undefined;
}

export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'mosquitto-'));
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      const run = await launch(folder, port, options);
      return createHandle(folder, port, options, run);
    } catch (error) {
      // Someone else took the port in between.
      if (attempt < 5 && String(error).includes('Address already in use')) continue;
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }
}

interface Run {
  readonly child: ChildProcess;
  log(): string;
}

function createHandle(folder: string, port: number, options: MosquittoOptions, first: Run): Mosquitto {
  let run = first;
  async function end(signal: NodeJS.Signals): Promise<void> {
    const { child } = run;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill(signal);
    // mosquitto forgets a SIGTERM that comes between its line "running" and its main loop.
    const again = setInterval(() => child.kill(signal), 200);
    await exit;
    clearInterval(again);
  }
  return {
    port,
    get pid() {
      return run.child.pid as number;
    },
    log: () => run.log(),
    setUsers(users) {
      writePasswords(folder, users);
      run.child.kill('SIGHUP');
    },
    pause: () => void run.child.kill('SIGSTOP'),
    resume: () => void run.child.kill('SIGCONT'),
    async stop() {
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGTERM');
      run = await launch(folder, port, options);
    },
  };
}

/** Verbose, and the tests are long: only the newest part of the log is kept, in characters. */
const LOG_LENGTH = 1_000_000;

/** The newest `length` characters at least, twice as many at most: they are cut anew once for many chunks, and not for each. */
function newestText(length: number): { add(chunk: string): void; text(): string } {
  let kept = '';
  return {
    add(chunk) {
      kept += chunk;
      if (kept.length > 2 * length) kept = kept.slice(-length);
    },
    text: () => kept,
  };
}

async function launch(folder: string, port: number, options: MosquittoOptions): Promise<Run> {
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(config, configText(folder, port, options));
  const child = spawn('mosquitto', ['-v', '-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const log = newestText(LOG_LENGTH);
  const run: Run = { child, log: log.text };
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`mosquitto ended with ${code}: ${log.text()}`)));
    let isRunning = false;
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      log.add(chunk);
      if (isRunning || !/mosquitto version \S+ running/.test(log.text())) return;
      isRunning = true;
      resolve();
    });
  });
  return run;
}

function configText(folder: string, port: number, { config = '', users, acl, tls }: MosquittoOptions): string {
  // As root, mosquitto would change to a user that cannot read the folder.
  const lines = [`user ${userInfo().username}`, 'persistence false', 'log_dest stderr', `listener ${port} 127.0.0.1`];
  lines.push(`allow_anonymous ${users === undefined}`);
  if (users !== undefined) lines.push(`password_file ${writePasswords(folder, users)}`);
  if (acl !== undefined) {
    const file = join(folder, 'acl');
    writeFileSync(file, acl, { mode: 0o600 });
    lines.push(`acl_file ${file}`);
  }
  if (tls !== undefined) {
    lines.push(`cafile ${tls.ca}`, `certfile ${tls.cert}`, `keyfile ${tls.key}`);
    lines.push(`require_certificate ${tls.requireCertificate === true}`);
  }
  return `${[...lines, config].join('\n')}\n`;
}

function writePasswords(folder: string, users: Readonly<Record<string, string>>): string {
  const file = join(folder, 'passwords');
  writeFileSync(file, '', { mode: 0o600 });
  for (const [user, password] of Object.entries(users)) {
    execFileSync('mosquitto_passwd', ['-b', file, user, password], { stdio: 'pipe' });
  }
  return file;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
