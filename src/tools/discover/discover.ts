import { setTimeout as sleep } from 'node:timers/promises';
import { tap } from 'rxjs';
import { createSystemClock } from '../../adapters/clock/systemClock.ts';
import { checkBroker } from '../../adapters/mqtt/client/checkBroker.ts';
import { createMqttConnection } from '../../adapters/mqtt/connection.ts';
import { isHousekeepingKey, isHousekeepingTopic, isHousekeepingValue } from '../../adapters/payload/housekeeping.ts';
import { readNumberText } from '../../adapters/payload/numberText.ts';
import type { Report } from '../../domain/events.ts';
import type { MqttSettings } from '../../domain/mqttSettings.ts';
import type { Inbound } from '../../domain/sample.ts';
import { createFieldListener, type FieldReport } from './listenFields.ts';

export interface DiscoverOptions {
  readonly settings: MqttSettings;
  readonly listenMs: number;
  readonly report: Report;
  /** Ends the listening early; what was heard so far counts. */
  readonly stop: AbortSignal;
}

/** Everything that anyone publishes. */
const ALL = '#';

/**
 * Listens to everything for a while and says which fields hold numbers and how often they come. Publishes nothing.
 * @throws TidegateError TG_BROKER_UNREACHABLE, TG_BROKER_REFUSED
 */
export async function discover({ settings, listenMs, report, stop }: DiscoverOptions): Promise<FieldReport> {
  await checkBroker(settings);
  const listener = createFieldListener({
    readNumber: (text) => {
      const number = readNumberText(text, undefined);
      return typeof number === 'number' ? number : undefined;
    },
    isHousekeepingKey,
    isHousekeepingTopic: (topic) => isHousekeepingTopic(topic, ALL),
    isHousekeepingValue: (topic) => isHousekeepingValue(topic, ALL),
  });
  const decoder = new TextDecoder();
  const hear = ({ topic, payload, receivedAt, retained }: Inbound): void =>
    listener.hear({ topic, text: decoder.decode(payload), receivedAt, retained });
  const clock = createSystemClock();
  const connection = createMqttConnection({ settings, filters: [ALL], clock, report, random: Math.random });
  const subscription = connection.inbound$.pipe(tap(hear)).subscribe();
  connection.start();
  // An interruption is a wish for the result, not a failure.
  await sleep(listenMs, undefined, { signal: stop }).catch(() => undefined);
  await connection.stop();
  subscription.unsubscribe();
  return listener.report();
}
