import { filter } from 'rxjs';
import type { Outlet, OutletContext } from '../outlet.ts';
import { whileConnected } from '../whileConnected.ts';
import { bridgeInfo } from './bridgeInfo.ts';
import { bridgeTopics } from './bridgeTopics.ts';
import { createHealthMonitor, type HealthMonitor } from './health.ts';

/** The topics of the daemon itself: info and health. The source says the state, as only its broker can say that we are gone. */
export class Bridge implements Outlet {
  readonly name = 'bridge';
  readonly #version: string;
  #monitor: HealthMonitor | undefined;
  #publishHealth: () => void = () => undefined;

  constructor(options: { readonly version: string }) {
    this.#version = options.version;
  }

  start({ config, health, publish, follow, connected$ }: OutletContext): void {
    const topics = bridgeTopics(config.mqtt.baseTopic);
    const monitor = createHealthMonitor(health);
    this.#monitor = monitor;
    this.#publishHealth = () => publish({ topic: topics.health, payload: monitor.payload(), qos: 0, retain: true });
    const publishInfo = (): boolean =>
      publish({ topic: topics.info, payload: bridgeInfo(config, this.#version), qos: 0, retain: true });
    follow(connected$.pipe(filter(Boolean)), publishInfo);
    follow(whileConnected(connected$, config.health.interval), this.#publishHealth);
  }

  stop(): void {
    this.#publishHealth();
    this.#monitor?.stop();
  }
}
