import type { Delay, DurationMs } from './time.ts';

/**
 * Resolves after a while. Never resolves where the owner of the delay ends before: the code behind the wait does not run then, so
 * a loop that waits ends with the owner of its delay.
 */
export function pause(delay: Delay, after: DurationMs): Promise<void> {
  return new Promise((resolve) => void delay(resolve, after));
}
