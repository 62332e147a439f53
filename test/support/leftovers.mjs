// Programs and temporary folders of a script: they go with it, however it ends. Ctrl-C and a supervisor's SIGTERM run no `finally`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Exit status of a program that a signal has ended, as a shell has it. */
const STATUS = /** @type {const} */ ({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 });

/** @type {Set<() => void>} */
const endings = new Set();
/** @type {Set<string>} */
const folders = new Set();
let isWatching = false;

function watch() {
  if (isWatching) return;
  isWatching = true;
  for (const [signal, status] of Object.entries(STATUS)) process.once(signal, () => process.exit(status));
  process.on('exit', clear);
}

/** Synchronous, as nothing else runs at the end of a process: programs first, which may write still. */
function clear() {
  for (const end of endings) {
    try {
      end();
    } catch {
      // It is gone already.
    }
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

/** Runs at the end of this process. @param {() => void} run synchronous @returns what takes it back */
export function atEnd(run) {
  watch();
  endings.add(run);
  return () => endings.delete(run);
}

/**
 * A program that ends with this process at the latest.
 * @template {import('node:child_process').ChildProcess} Child
 * @param {Child} child
 * @param {{ readonly isGroup?: boolean }} [how] isGroup: it leads a group of processes, all of which end
 * @returns {Child}
 */
export function owned(child, { isGroup = false } = {}) {
  const release = atEnd(() => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    if (isGroup) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  });
  child.once('exit', release);
  return child;
}

/** A new temporary folder, which is removed at the end of this process at the latest. @param {string} prefix of its name */
export function ownedFolder(prefix) {
  watch();
  const folder = mkdtempSync(join(tmpdir(), prefix));
  folders.add(folder);
  return folder;
}

/** Releases the folder, for whoever wants to look at it. @param {string} folder */
export function leave(folder) {
  folders.delete(folder);
}
