import { filter } from 'rxjs';
import type { Outlet, OutletContext } from '../outlet.ts';
import { whileConnected } from '../whileConnected.ts';
import { bridgeInfo } from './bridgeInfo.ts';
import { type BridgeTopics, bridgeTopics } from './bridgeTopics.ts';
import { createHealthMonitor, type HealthMonitor } from './health.ts';

/** The topics of the daemon itself: info and health. The source says the state, as only its broker can say that we are gone. */
export class Bridge implements Outlet {
  readonly name = 'bridge';
  readonly #version: string;
  #topics: BridgeTopics | undefined;
  #monitor: HealthMonitor | undefined;
  #publishHealth: () => void = () => undefined;

  constructor(options: { readonly version: string }) {
    this.#version = options.version;
  }

  start(context: OutletContext): void {
    const { config, configNow, health, control, publish, follow, eventsOf, connected$, retained } = context;
    const topics = bridgeTopics(config.mqtt.baseTopic);
    this.#topics = topics;
    // The source retains it.
    retained.hold(topics.state);
    const monitor = createHealthMonitor(health);
    this.#monitor = monitor;
    this.#publishHealth = () => publish({ topic: topics.health, payload: monitor.payload(), qos: 1, retain: true });
    const publishInfo = (): boolean =>
      publish({
        topic: topics.info,
        payload: bridgeInfo(configNow(), this.#version, control.configuration.restartRequired),
        qos: 1,
        retain: true,
      });
    follow(connected$.pipe(filter(Boolean)), publishInfo);
    follow(eventsOf('ConfigReloaded'), publishInfo);
    follow(whileConnected(connected$, config.health.interval), this.#publishHealth);
  }

  mayRetain(topic: string): boolean {
    if (this.#topics === undefined) return false;
    const { state, info, health } = this.#topics;
    return [state, info, health].includes(topic);
  }

  stop(): void {
    this.#publishHealth();
    this.#monitor?.stop();
  }
}
