import { type BigIntStats, fstatSync, lstatSync } from 'node:fs';

/** Which file it is, whatever name leads to it. */
export type FileIdentity = string;

/** @returns undefined where there is nothing of that name */
export type Identify = (path: string) => FileIdentity | undefined;

/**
 * The files that a store has open, by path. What is written through a descriptor is durable only for as long as the path leads
 * to the same file: after a restart there is only the path.
 */
export class Anchors {
  readonly #identify: Identify;
  readonly #held = new Map<string, FileIdentity>();

  constructor(identify: Identify = identityOf) {
    this.#identify = identify;
  }

  /** From now on the path has to lead to this file. Default: the one that it leads to now, if to any. */
  hold(path: string, identity: FileIdentity | undefined = this.#identify(path)): void {
    if (identity !== undefined) this.#held.set(path, identity);
  }

  release(path: string): void {
    this.#held.delete(path);
  }

  /** Tells if the path has to lead to a certain file. */
  holds(path: string): boolean {
    return this.#held.has(path);
  }

  /** @returns a path that does not lead to its file any more; undefined: all do */
  firstLost(): string | undefined {
    for (const [path, identity] of this.#held) if (this.#identify(path) !== identity) return path;
    return undefined;
  }

  /** Tells if the path leads to the file that is held by it. */
  isInPlace(path: string): boolean {
    return this.#held.has(path) && this.#identify(path) === this.#held.get(path);
  }
}

/**
 * Identity of the name itself: a symbolic link is not the file that it leads to. A file that cannot be looked at counts
 * as gone.
 */
export function identityOf(path: string): FileIdentity | undefined {
  try {
    return toIdentity(lstatSync(path, { bigint: true }));
  } catch {
    return undefined;
  }
}

export function identityOfOpen(handle: number): FileIdentity {
  return toIdentity(fstatSync(handle, { bigint: true }));
}

function toIdentity({ dev, ino }: BigIntStats): FileIdentity {
  return `${dev}:${ino}`;
}
