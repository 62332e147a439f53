/** Pause after which the backlog of a session is through, with nothing unacknowledged: a backlog comes without one. */
const PAUSE_MS = 2000;
/** Where much comes all the time there is no pause; a backlog is through by then. */
const LONGEST_MS = 600_000;

/** Tells which messages of a connection may have waited at the broker while we were away. Times are ms since some moment, and never go back. */
export class Backlog {
  /** When the broker took us in again, until what its session has collected is through; undefined: it is. */
  #since: number | undefined;
  /** When something came or was acknowledged last. */
  #activeAt = 0;

  /** The broker has taken us in. @param isResumed it still had our session */
  begin(isResumed: boolean, now: number): void {
    this.#activeAt = now;
    this.#since = isResumed ? this.#activeAt : undefined;
  }

  /** The broker may send more now. */
  acknowledged(now: number): void {
    this.#activeAt = now;
  }

  /**
   * A message has come.
   * @param isWaiting for an acknowledgement of ours: then a pause says nothing
   * @returns whether it may have waited
   */
  has(isWaiting: boolean, now: number): boolean {
    const isPause = !isWaiting && now - this.#activeAt > PAUSE_MS;
    this.#activeAt = now;
    if (this.#since !== undefined && (isPause || now - this.#since > LONGEST_MS)) this.#since = undefined;
    return this.#since !== undefined;
  }
}
