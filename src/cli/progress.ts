import type { CliContext } from './context.ts';

const PERIOD_MS = 200;

export interface Progress {
  show(text: string): void;
  clear(): void;
}

/** A line that is written over again and again on a terminal; silent elsewhere. */
export function createProgress({ stderr }: CliContext): Progress {
  let shownAt = 0;
  return {
    show(text) {
      const now = performance.now();
      if (!stderr.isTTY || now - shownAt < PERIOD_MS) return;
      shownAt = now;
      stderr.write(`\r${text}\u001b[K`);
    },
    clear() {
      if (shownAt > 0) stderr.write('\r\u001b[K');
    },
  };
}
