import type { DurationMs } from '../../../domain/time.ts';
import type { NetworkConnection } from './networkConnection.ts';
import { unsubscribeAll } from './unsubscribeAll.ts';

export interface LeaveBrokerOptions {
  readonly connection: NetworkConnection;
  /** Filters that the session is not to collect for any longer. */
  readonly filters: readonly string[];
  /** Messages that wait for their acknowledgement. */
  readonly unacknowledged: () => number;
  /** Everything that was published is out. */
  readonly idle: () => Promise<void>;
  /** Longest wait. */
  readonly within: DurationMs;
}

const LOOK_MS = 10;

/**
 * Leaves a session for good: it collects nothing more, and what it has given is acknowledged, once it is learned or in the journal, as far as that
 * takes no longer than `within`.
 * @returns messages that are left unacknowledged
 */
export async function leaveBroker({
  connection,
  filters,
  unacknowledged,
  idle,
  within,
}: LeaveBrokerOptions): Promise<number> {
  const until = performance.now() + within;
  const left = (async () => {
    await unsubscribeAll(connection.client, filters);
    while (connection.isOpen && unacknowledged() > 0 && performance.now() < until) await pause(LOOK_MS);
    await idle();
  })();
  await Promise.race([left, pause(within)]);
  return unacknowledged();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
