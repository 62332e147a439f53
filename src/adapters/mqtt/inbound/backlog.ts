/** Pause after which the backlog of a session is through, with nothing unacknowledged: a backlog comes without one. */
const PAUSE_MS = 2000;
/** Where much comes all the time there is no pause; a backlog is through by then. */
const LONGEST_MS = 600_000;

/** Tells which messages of a connection may have waited at the broker while we were away. */
export class Backlog {
  readonly #now: () => number;
  /** When the broker took us in again, until what its session has collected is through; undefined: it is. */
  #since: number | undefined;
  /** When something came or was acknowledged last. */
  #activeAt = 0;

  /** @param now ms since some moment; never goes back */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The broker has taken us in. @param isResumed it still had our session */
  begin(isResumed: boolean): void {
    this.#activeAt = this.#now();
    this.#since = isResumed ? this.#activeAt : undefined;
  }

  /** The broker may send more now. */
  acknowledged(): void {
    this.#activeAt = this.#now();
  }

  /**
   * A message has come.
   * @param isWaiting for an acknowledgement of ours: then a pause says nothing
   * @returns whether it may have waited
   */
  has(isWaiting: boolean): boolean {
    const now = this.#now();
    const isPause = !isWaiting && now - this.#activeAt > PAUSE_MS;
    this.#activeAt = now;
    if (this.#since !== undefined && (isPause || now - this.#since > LONGEST_MS)) this.#since = undefined;
    return this.#since !== undefined;
  }
}
