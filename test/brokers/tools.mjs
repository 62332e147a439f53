// What the brokers of the list have in common: where they are kept, how they are started, waited for and ended.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import mqtt from 'mqtt';
import { owned } from '../support/leftovers.mjs';

export { freePort } from '../support/freePort.mjs';

const READY_MS = 180_000;
const END_MS = 30_000;

/** Where a broker that was fetched is kept. */
export const cacheOf = (name) => resolve('.cache/brokers', name);
/** A file that belongs to this folder. */
export const ownFile = (path) => fileURLToPath(new URL(path, import.meta.url));

/** @returns the path of a command, or undefined */
export function which(command) {
  try {
    return execFileSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' }).trim();
  } catch {
    return existsSync(`/usr/sbin/${command}`) ? `/usr/sbin/${command}` : undefined;
  }
}

/** @returns why it cannot be started; undefined: it can */
export function missing(commands, files = []) {
  const command = commands.find((name) => which(name) === undefined);
  if (command !== undefined) return `no command ${command}`;
  return files.every((file) => existsSync(file)) ? undefined : 'not fetched: npm run test:brokers -- --install';
}

/** Runs a command to its end. */
export function run(command, args, options = {}) {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options });
}

/** Fetches a library of Maven and all that it needs to run into `folder/lib`. */
export function fetchJars(folder, group, artifact, version) {
  mkdirSync(folder, { recursive: true });
  const pom = ownFile('libraries.pom.xml');
  const define = [`-Dlibrary.group=${group}`, `-Dlibrary.artifact=${artifact}`, `-Dlibrary.version=${version}`];
  run('mvn', [
    '-q',
    '-B',
    '-f',
    pom,
    ...define,
    'dependency:copy-dependencies',
    `-DoutputDirectory=${join(folder, 'lib')}`,
  ]);
}

/** Starts a broker in a group of its own, so that its children end with it. What it says is kept in its folder. */
export function launch(folder, command, args, options = {}) {
  const log = createWriteStream(join(folder, 'broker.log'), { flags: 'a' });
  const started = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...options });
  const child = owned(started, { isGroup: true });
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  child.on('error', (error) => log.write(String(error)));
  return child;
}

/** @returns once the broker takes somebody in */
export async function awaitBroker(port, child) {
  for (const end = Date.now() + READY_MS; Date.now() < end; await sleep(200)) {
    if (child !== undefined && child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, connectTimeout: 5000 });
    const isUp = await new Promise((done) => {
      client.once('connect', () => done(true));
      client.once('close', () => done(false));
      client.once('error', () => done(false));
    });
    await client.endAsync(true);
    if (isUp) return;
  }
  throw new Error(`no answer within ${READY_MS / 1000} s`);
}

export async function endGroup(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  process.kill(-child.pid, 'SIGTERM');
  const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), END_MS);
  await exit;
  clearTimeout(timer);
}

/** A broker that is one process and is up when it answers. */
export async function startProcess(folder, port, command, args, options) {
  const child = launch(folder, command, args, options);
  try {
    await awaitBroker(port, child);
  } catch (error) {
    await endGroup(child);
    throw error;
  }
  return { port, stop: () => endGroup(child) };
}
