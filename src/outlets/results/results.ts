import { auditTime, filter } from 'rxjs';
import type { StreamId } from '../../domain/streamId.ts';
import type { Outlet, OutletContext, StreamChange } from '../outlet.ts';
import { Publisher } from './publisher.ts';
import { isRetained, readStreamTopic } from './streamTopics.ts';

/** Devices of one bridge say at once that they are gone: the streams are looked at once. */
const SETTLE_MS = 200;

/** The topics of streams: state, forecast, class, anomaly, availability. */
export class Results implements Outlet {
  readonly name = 'results';
  readonly #alive = new Set<StreamId>();
  #publisher: Publisher | undefined;
  #mayRetain: (topic: string) => boolean = () => false;

  start(context: OutletContext): void {
    const { config, publish, publishTo, settingsOf, prospectsOf, sensorOf, retained, alarms, follow } = context;
    const { forecasts$, streams$, eventsOf, connected$ } = context;
    const { baseTopic } = config.mqtt;
    const publisher = new Publisher({
      baseTopic,
      publish,
      publishTo,
      settingsOf,
      sensorOf,
      giveUp: (topic) => retained.giveUp(topic),
      runningAlarm: (stream) => alarms.running(stream)?.id,
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
    const presences$ = eventsOf('SenderGone', 'SenderBack');
    follow(presences$.pipe(auditTime(SETTLE_MS)), () => publisher.sendersChanged());
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
