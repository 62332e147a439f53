import { setTimeout as sleep } from 'node:timers/promises';
import { createSystemClock } from '../../adapters/clock/systemClock.ts';
import { checkBroker } from '../../adapters/mqtt/client/checkBroker.ts';
import { createMqttConnection } from '../../adapters/mqtt/connection.ts';
import type { Report } from '../../domain/events.ts';
import type { MqttSettings } from '../../domain/mqttSettings.ts';
import type { Inbound } from '../../domain/sample.ts';

export interface HearBrokerOptions {
  readonly settings: MqttSettings;
  readonly filters: readonly string[];
  /** Bytes of a payload; of a longer one more than this comes, and no more is held. */
  readonly longestPayload: number;
  readonly report: Report;
  /** undefined: until `stop`. */
  readonly listenMs: number | undefined;
  readonly stop: AbortSignal;
  /** Takes each message, lent for the time of the call, and those that the broker had kept as such. */
  readonly take: (message: Inbound) => void;
}

/**
 * Hears what comes for the filters, for a while or until it is told to stop, over lost connections too. Publishes nothing.
 * @throws TidegateError TG_BROKER_UNREACHABLE, TG_BROKER_REFUSED
 */
export async function hearBroker({ listenMs, stop, take, ...options }: HearBrokerOptions): Promise<void> {
  await checkBroker(options.settings);
  const clock = createSystemClock();
  const connection = createMqttConnection({ ...options, clock, takesRetained: true, random: Math.random });
  const subscription = connection.inbound$.subscribe(take);
  connection.start();
  try {
    await (listenMs === undefined ? aborted(stop) : sleep(listenMs, undefined, { signal: stop }));
  } catch (error) {
    // An interruption is a wish for the result.
    if (!stop.aborted) throw error;
  } finally {
    await connection.stop();
    subscription.unsubscribe();
  }
}

function aborted(stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
}
