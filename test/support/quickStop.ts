import { expect } from 'vitest';
import type { DaemonProcess } from './daemonProcess.ts';
import { timed } from './slowness.ts';

/** A stop takes less on a calm machine. */
const LONGEST_STOP_MS = 5000;
/** Status of a daemon that left behind what still hindered it after 4.8 s: 128 and the number of SIGTERM. */
const LEFT_BEHIND = 143;
/** The daemon waits for answers to what it has received until then, and leaves the rest to the next process. */
const LONGEST_DRAIN_MS = 1800;
/** A machine that is slower may be too slow to end a stop in time. */
const CALM = 1.5;

/**
 * Tells a daemon to end: it does so with status 0 in under 5 s, and on a slow machine in that time as often as it is slower.
 * @returns whether it had the time to answer and to keep all that it had received
 */
export async function expectQuickStop(daemon: DaemonProcess): Promise<boolean> {
  daemon.kill('SIGTERM');
  const { result, ms, slowness } = await timed(daemon.exited());
  expect(slowness > CALM ? [0, LEFT_BEHIND] : [0], daemon.log()).toContain(result);
  expect(ms).toBeLessThan(LONGEST_STOP_MS * slowness);
  return slowness <= CALM || ms < LONGEST_DRAIN_MS;
}
