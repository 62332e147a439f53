import { filter } from 'rxjs';
import type { StreamId } from '../../domain/streamId.ts';
import { type DurationMs, toDurationMs } from '../../domain/time.ts';
import type { Outlet, OutletContext, StreamChange } from '../outlet.ts';
import { whileConnected } from '../whileConnected.ts';
import { Publisher } from './publisher.ts';

/** Time between two sweeps, which take the topics of forgotten streams from the broker. */
const SWEEP: DurationMs = toDurationMs(250);

/** The topics of streams: state, forecast, class, anomaly, availability. */
export class Results implements Outlet {
  readonly name = 'results';
  readonly #alive = new Set<StreamId>();
  #publisher: Publisher | undefined;

  start(context: OutletContext): void {
    const { config, publish, publishTo, settingsOf, follow, forecasts$, streams$, connected$ } = context;
    const publisher = new Publisher({
      baseTopic: config.mqtt.baseTopic,
      publish,
      publishTo,
      settingsOf,
      maxStreams: config.limits.streams,
      isAlive: (stream) => this.#alive.has(stream),
    });
    this.#publisher = publisher;
    follow(streams$, (change) => this.#take(change, publisher));
    follow(connected$.pipe(filter(Boolean)), () => publisher.reconnected());
    follow(whileConnected(connected$, SWEEP), () => publisher.sweep());
    follow(forecasts$, (forecast) => publisher.forecast(forecast));
  }

  stop(): void {
    this.#publisher?.farewell();
  }

  #take({ kind, stream }: StreamChange, publisher: Publisher): void {
    if (kind === 'started') this.#alive.add(stream);
    else if (kind === 'restored') publisher.restored(stream);
    else {
      this.#alive.delete(stream);
      publisher.forget(stream);
    }
  }
}
