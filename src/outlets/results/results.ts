import { filter } from 'rxjs';
import type { StreamId } from '../../domain/streamId.ts';
import type { Outlet, OutletContext, StreamChange } from '../outlet.ts';
import { Publisher } from './publisher.ts';
import { isRetained, readStreamTopic } from './streamTopics.ts';

/** The topics of streams: state, forecast, class, anomaly, availability. */
export class Results implements Outlet {
  readonly name = 'results';
  readonly #alive = new Set<StreamId>();
  #publisher: Publisher | undefined;
  #mayRetain: (topic: string) => boolean = () => false;

  start(context: OutletContext): void {
    const { config, publish, publishTo, settingsOf, prospectsOf, retained, follow } = context;
    const { forecasts$, streams$, connected$ } = context;
    const { baseTopic } = config.mqtt;
    const publisher = new Publisher({
      baseTopic,
      publish,
      publishTo,
      settingsOf,
      giveUp: (topic) => retained.giveUp(topic),
      isAlive: (stream) => this.#alive.has(stream),
    });
    this.#publisher = publisher;
    this.#mayRetain = (topic) => {
      const { stream, part = 'anomaly' } = readStreamTopic(baseTopic, topic) ?? {};
      if (stream === undefined || part === 'anomaly') return false;
      return prospectsOf(stream).some((settings) => isRetained(part, settings));
    };
    follow(streams$, (change) => this.#take(change, publisher));
    follow(connected$.pipe(filter(Boolean)), () => publisher.reconnected());
    follow(forecasts$, (forecast) => publisher.forecast(forecast));
  }

  mayRetain(topic: string): boolean {
    return this.#mayRetain(topic);
  }

  stop(): void {
    this.#publisher?.farewell();
  }

  #take({ kind, stream }: StreamChange, publisher: Publisher): void {
    if (kind === 'started') this.#alive.add(stream);
    else if (kind === 'evicted') {
      this.#alive.delete(stream);
      publisher.forget(stream);
    }
  }
}
