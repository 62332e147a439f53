import { type FSWatcher, watch } from 'node:fs';
import { type Names, placesOf } from './placesOf.ts';

/** Editors write a file in several steps: everything has been left alone for this long, ms. */
const SETTLE_MS = 1000;

export interface WatchedFiles {
  /** Files, and folders with all that is in them, that count now. Links on the way to them count too. */
  readonly paths: () => readonly string[];
  /** Content of all of them; undefined: it is being replaced, and there is nothing to tell. Throws nothing. */
  readonly content: () => string | undefined;
  readonly changed: () => void;
  /** Default: a second. */
  readonly settle?: number;
}

/**
 * Tells when the content of files has changed, once they have been left alone for a second. Folders are watched, not files: editors and
 * Kubernetes put a new file or link in the place of the old one. Where nothing can be watched (no inotify left, a network file system)
 * nothing is told.
 * @param stop ends it
 */
export function watchFiles(files: WatchedFiles, stop: AbortSignal): void {
  if (stop.aborted) return;
  const watch = new Watch(files);
  stop.addEventListener('abort', () => watch.end(), { once: true });
}

class Watch {
  readonly #files: WatchedFiles;
  #watchers: readonly FSWatcher[] = [];
  #content: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hasEnded = false;

  constructor(files: WatchedFiles) {
    this.#files = files;
    this.#open();
    this.#content = files.content();
  }

  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#close();
  }

  /** The watchers are made anew before the files are read: a folder may be another one now, and what changes from here on is heard. */
  #look(): void {
    this.#close();
    this.#open();
    const now = this.#files.content();
    if (now === undefined || now === this.#content) return;
    this.#content = now;
    this.#files.changed();
  }

  #open(): void {
    this.#watchers = [...placesOf(this.#files.paths())].flatMap(([folder, names]) => this.#watch(folder, names) ?? []);
  }

  #close(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }

  #watch(folder: string, names: Names): FSWatcher | undefined {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        if (name === null || names === 'all' || names.has(name)) this.#hear();
      });
      watcher.on('error', () => watcher.close());
      return watcher;
    } catch {
      return undefined;
    }
  }

  #hear(): void {
    if (this.#hasEnded) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), this.#files.settle ?? SETTLE_MS);
    this.#timer.unref();
  }
}
