import type { LogEntry } from '../../../telemetry/logTap.ts';

const MOST_LINES = 100;
/** Lines for one frame; the log itself has all. */
const MOST_FRESH = 20;
const LONGEST_LINE = 2000;

/** The newest lines of the log as JSON, in bounded memory: at most 200 kB. */
export class LogTail {
  readonly #lines: string[] = [];
  #fresh = 0;

  get lines(): readonly string[] {
    return this.#lines;
  }

  add({ at, level, message, fields }: LogEntry): void {
    const line = JSON.stringify({ at, level, message, fields });
    const short =
      line.length > LONGEST_LINE ? JSON.stringify({ at, level, message: message.slice(0, LONGEST_LINE / 4) }) : line;
    this.#lines.push(short);
    if (this.#lines.length > MOST_LINES) this.#lines.shift();
    this.#fresh = Math.min(this.#fresh + 1, this.#lines.length);
  }

  /** @returns the newest of the lines since the last call */
  takeFresh(): readonly string[] {
    const count = Math.min(this.#fresh, MOST_FRESH);
    this.#fresh = 0;
    return count === 0 ? [] : this.#lines.slice(-count);
  }
}
