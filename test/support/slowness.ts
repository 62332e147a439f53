/** Time of the work below on the machine for which the bounds of tests are meant: two calm cores of 2024. */
const CALM_MS = 12;
const ROUNDS = 3;

/**
 * Factor by which this machine is slower now than a calm one, at least 1: a machine may be ten times slower, or busy. A bound of real
 * time on something that takes work is multiplied by it.
 */
export function slowness(): number {
  const times = Array.from({ length: ROUNDS }, measure).sort((a, b) => a - b);
  return Math.max(1, (times[1] as number) / CALM_MS);
}

/** Milliseconds for a fixed piece of work. */
function measure(): number {
  const started = performance.now();
  let sum = 0;
  for (let i = 0; i < 10_000_000; i++) sum = (Math.imul(sum, 31) + i) | 0;
  // The result is used, so that the loop is not left out.
  return performance.now() - started + (sum === 0.5 ? 1 : 0);
}

/** Work that took real time. */
export interface Timed<Result> {
  readonly result: Result;
  readonly ms: number;
  /** The largest `slowness` while the work went on: a machine may become busy in between. */
  readonly slowness: number;
}

const LOOK_MS = 200;

/** Waits for work that goes on elsewhere, and looks how slow the machine is meanwhile. */
export async function timed<Result>(work: Promise<Result>): Promise<Timed<Result>> {
  const startedAt = performance.now();
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
  });
  let slowest = slowness();
  while (!isOver) {
    await Promise.race([over, new Promise((resolve) => setTimeout(resolve, LOOK_MS))]);
    if (!isOver) slowest = Math.max(slowest, slowness());
  }
  const ms = performance.now() - startedAt;
  return { result: await over, ms, slowness: slowest };
}
