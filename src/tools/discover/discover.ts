import { setTimeout as sleep } from 'node:timers/promises';
import { tap } from 'rxjs';
import { createSystemClock } from '../../adapters/clock/systemClock.ts';
import { createZoneOffset } from '../../adapters/clock/zoneOffset.ts';
import { checkBroker } from '../../adapters/mqtt/client/checkBroker.ts';
import { createMqttConnection } from '../../adapters/mqtt/connection.ts';
import { matchesFilter } from '../../adapters/mqtt/inbound/topicFilter.ts';
import { createDecoder } from '../../adapters/payload/decoder.ts';
import { DIALECTS } from '../../adapters/payload/dialects/dialects.ts';
import type { Config } from '../../config/config.ts';
import type { Decode } from '../../domain/decode.ts';
import type { Report } from '../../domain/events.ts';
import { createFieldListener, type FieldReport } from './listenFields.ts';

export interface DiscoverOptions {
  /** Address of the broker, and one entry that reads everything. */
  readonly config: Config;
  readonly listenMs: number;
  readonly report: Report;
  /** Ends the listening early; what was heard so far counts. */
  readonly stop: AbortSignal;
}

/** Topics whose plan the decoder remembers: as many as are listed. */
const MOST_TOPICS = 10_000;

/**
 * Listens to everything for a while and says which fields hold numbers and how often they come. Publishes nothing.
 * @throws TidegateError TG_BROKER_UNREACHABLE, TG_BROKER_REFUSED
 */
export async function discover({ config, listenMs, report, stop }: DiscoverOptions): Promise<FieldReport> {
  const { mqtt: settings, streams } = config;
  await checkBroker(settings);
  const listener = createFieldListener(decodeAll(config));
  const clock = createSystemClock();
  const filters = streams.map(({ topic }) => topic);
  // What the broker has kept shows sensors that are asleep while it listens.
  const options = { settings, filters, clock, report, takesRetained: true };
  const connection = createMqttConnection({ ...options, random: Math.random });
  const subscription = connection.inbound$.pipe(tap((message) => listener.hear(message))).subscribe();
  connection.start();
  // An interruption is a wish for the result, not a failure.
  await sleep(listenMs, undefined, { signal: stop }).catch(() => undefined);
  await connection.stop();
  subscription.unsubscribe();
  return listener.report();
}

/** The decoder of `run`. What it reports is news of a stream; here nothing comes of one. */
function decodeAll({ streams: specs, limits }: Config): Decode {
  const zone = createZoneOffset('system');
  const report = (): void => undefined;
  const { decode } = createDecoder({
    specs,
    limits,
    zoneOffsetOf: () => zone,
    report,
    matchesFilter,
    maxTopics: MOST_TOPICS,
    takesRetained: true,
  });
  return (message) => {
    const { topic } = message;
    return message.retained && describes(topic)
      ? { samples: [], drops: [{ reason: 'not-a-reading', topic }] }
      : decode(message);
  };
}

/** Brokers keep the descriptions of all devices, which are full of numbers that are no readings. */
function describes(topic: string): boolean {
  const levels = topic.split('/');
  return DIALECTS.some((dialect) => dialect.describes?.(levels) === true);
}
