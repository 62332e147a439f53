import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/** Editors write a file in several steps: it has been left alone for this long, ms. */
const SETTLE_MS = 1000;

/**
 * Runs something when the content of a file has changed, once it has been left alone for a second. The folder is watched: editors put a new
 * file in the place of the old one. Where nothing can be watched (no inotify left, a network file system) nothing is told.
 * @param path undefined: there is no file
 * @param stop ends it
 */
export function watchFile(path: string | undefined, stop: AbortSignal, changed: () => void): void {
  if (path === undefined || stop.aborted) return;
  let timer: NodeJS.Timeout | undefined;
  let content: string | undefined;
  const read = (): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined);
  const look = async (): Promise<void> => {
    const now = await read();
    // While an editor replaces it there is none; its rights and times are no content.
    if (stop.aborted || now === undefined || now === content) return;
    content = now;
    changed();
  };
  void read().then((first) => {
    content ??= first;
  });
  const watcher = open(dirname(path), (name) => {
    if (name !== null && name !== basename(path)) return;
    clearTimeout(timer);
    timer = setTimeout(() => void look(), SETTLE_MS);
    timer.unref();
  });
  stop.addEventListener('abort', () => {
    clearTimeout(timer);
    watcher?.close();
  });
}

function open(folder: string, hear: (name: string | null) => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, (_, name) => hear(name));
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
