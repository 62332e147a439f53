import type { Delay, DurationMs } from './time.ts';

/**
 * Resolves after a while. Never, where the owner of the delay ends before: whoever waits is let go and does nothing more, which is how a
 * loop that waits ends.
 */
export function pause(delay: Delay, after: DurationMs): Promise<void> {
  return new Promise((resolve) => void delay(resolve, after));
}
