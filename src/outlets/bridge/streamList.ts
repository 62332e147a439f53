import { auditTime, filter, merge } from 'rxjs';
import type { SensorOf } from '../../domain/decode.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { Outlet, OutletContext } from '../outlet.ts';
import { bridgeTopics } from './bridgeTopics.ts';

/** Changes within this time are one message. */
const SETTLE_MS = 5000;
/** Bytes of the list. Streams that it has no room for are counted in it. */
const MOST_BYTES = 200_000;

/** The topic `<base>/bridge/streams`, retained, on change: the streams that are here, and their sensors. */
export class StreamList implements Outlet {
  readonly name = 'stream list';
  readonly #alive = new Set<StreamId>();
  #topic: string | undefined;

  start({ config, sensorOf, streams$, eventsOf, connected$, publish, follow }: OutletContext): void {
    const topic = bridgeTopics(config.mqtt.baseTopic).streams;
    this.#topic = topic;
    let last = '';
    follow(streams$, ({ kind, stream }) => {
      if (kind === 'started') this.#alive.add(stream);
      else if (kind === 'evicted') this.#alive.delete(stream);
    });
    const changes$ = merge(
      streams$,
      eventsOf('SensorDeclared', 'SenderGone', 'SenderBack'),
      connected$.pipe(filter(Boolean)),
    );
    follow(connected$, () => {
      // The broker may have forgotten it.
      last = '';
    });
    follow(changes$.pipe(auditTime(SETTLE_MS)), () => {
      const payload = streamList(this.#alive, sensorOf);
      if (payload !== last && publish({ topic, payload, qos: 0, retain: true })) last = payload;
    });
  }

  mayRetain(topic: string): boolean {
    return topic === this.#topic;
  }

  stop(): void {
    // What a stopped daemon knew of sensors still holds.
  }
}

/** JSON of the list, in the order of the ids. */
export function streamList(streams: Iterable<StreamId>, sensorOf: SensorOf): string {
  const ids = [...streams].sort();
  const entries: string[] = [];
  let bytes = 0;
  for (const id of ids) {
    const entry = JSON.stringify(entryOf(id, sensorOf));
    bytes += Buffer.byteLength(entry) + 1;
    if (bytes > MOST_BYTES) break;
    entries.push(entry);
  }
  return `{"streams":[${entries.join(',')}],"left_off":${ids.length - entries.length}}`;
}

/** Members that are not known are left out. */
function entryOf(id: StreamId, sensorOf: SensorOf): object {
  const sensor = sensorOf(id);
  if (sensor === undefined) return { id };
  const { topic, path: field, dialect, unit, deviceClass: device_class, isSilent } = sensor;
  return { id, topic, field, dialect, unit, device_class, state: isSilent ? 'silent' : 'online' };
}
