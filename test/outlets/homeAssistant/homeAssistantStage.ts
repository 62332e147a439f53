import { vi } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import type { Sensor } from '../../../src/domain/decode.ts';
import type { Forecast } from '../../../src/domain/forecast.ts';
import type { Outgoing } from '../../../src/domain/outgoing.ts';
import type { StreamId } from '../../../src/domain/streamId.ts';
import type { StreamSettings } from '../../../src/domain/streamSettings.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { HomeAssistant } from '../../../src/outlets/homeAssistant/homeAssistant.ts';
import type { Outlet, OutletContext } from '../../../src/outlets/outlet.ts';
import { OutletRun } from '../../../src/outlets/outletRun.ts';
import { parse } from '../../config/context.ts';
import { OutletStage } from '../../contract/outletContract.ts';
import { everyMessage, forecastOf, idOf, settingsWith } from '../../pipeline/samples.ts';
import { lend } from '../../support/lent.ts';

const HORIZONS = [{ horizon: { label: '1', steps: 1 }, mean: 2, lower: 1, upper: 3 }];

/** Configuration with discovery. @param more further sections */
export function announcingConfig(more = ''): Config {
  return parse(
    `mqtt: {server: mqtt://pi}\nhome_assistant: {discovery: on}\nstreams: [{topic: z/+}, {topic: a}]\n${more}`,
  );
}

/** The outlet with a configuration that has discovery, whatever that of its context. */
export function announcing(config: Config = announcingConfig(), context: Partial<OutletContext> = {}): Outlet {
  const outlet = new HomeAssistant({ version: '1.2.3' });
  const start = outlet.start.bind(outlet);
  outlet.start = (given) =>
    start({
      ...given,
      config,
      configNow: () => config,
      sensorOf: (stream) => ({ topic: stream, isSilent: false }),
      ...context,
    });
  return outlet;
}

/** The discovery message of one topic as Home Assistant reads it. */
export interface Announcement {
  readonly device: Readonly<Record<string, unknown>>;
  readonly availability: readonly { readonly topic: string }[];
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The outlet, its sensors and what it has announced. */
export class HomeAssistantStage {
  readonly stage: OutletStage = new OutletStage();
  readonly sensors: Map<string, Sensor> = new Map();
  readonly settings: Map<string, StreamSettings> = new Map();
  /** Number of sensors that were asked for. */
  asked = 0;
  /** The broker takes the message. */
  takes: () => boolean = () => true;
  readonly #listeners: { readonly filter: string; readonly handler: (message: never) => void }[] = [];
  #run: OutletRun | undefined;

  constructor(notes: Map<string, string> = new Map()) {
    for (const [name, note] of notes) this.stage.notes.set(name, note);
  }

  start(config: Config = announcingConfig()): this {
    const outlet = announcing(config, {
      sensorOf: (stream) => {
        this.asked++;
        return this.sensors.get(stream);
      },
      settingsOf: (stream) => this.settings.get(stream) ?? settingsWith(everyMessage),
      prospectsOf: (stream) => (this.sensors.has(stream) ? [settingsWith(everyMessage)] : []),
    });
    this.#run = new OutletRun(outlet, this.stage.report);
    this.#run.start({
      ...this.stage.shared,
      publish: (message) => this.takes() && this.stage.shared.publish(message),
      listen: (filter, handler) => {
        this.#listeners.push({ filter, handler });
        return () => undefined;
      },
    });
    this.stage.retained.giveUpFormer((topic) => this.#run?.mayRetain(topic) === true);
    return this;
  }

  async stop(): Promise<void> {
    await this.#run?.stop();
  }

  mayRetain(topic: string): boolean {
    return this.#run?.mayRetain(topic) === true;
  }

  /** A stream of one sensor that forecasts. */
  forecast(name: string, sensor: Partial<Sensor> = {}, changes: Partial<Forecast> = {}): void {
    const stream: StreamId = idOf(name);
    if (!this.sensors.has(name)) {
      this.sensors.set(name, { topic: name, isSilent: false, ...sensor });
      this.stage.streams$.next({ kind: 'started', stream });
    }
    const forecast = forecastOf(name, 1, { horizons: HORIZONS, cadence: toDurationMs(60_000), ...changes });
    lend(forecast, (lent) => this.stage.forecasts$.next(lent));
  }

  /** A message for those who listen to the filter. */
  tell(filter: string, topic: string, payload: string, retained = false): void {
    const message = { topic, payload: new TextEncoder().encode(payload), retained } as never;
    for (const listener of this.#listeners) if (listener.filter === filter) listener.handler(message);
  }

  /** @returns what goes out within the seconds */
  async passing(seconds: number): Promise<readonly Outgoing[]> {
    for (let second = 0; second < seconds; second++) {
      await vi.advanceTimersByTimeAsync(1000);
      this.stage.retained.sweep(100);
    }
    return this.stage.published.splice(0);
  }

  /** The announcements within the seconds, by the end of their topics; undefined: it was taken back. */
  async announced(seconds = 10): Promise<ReadonlyMap<string, Announcement | undefined>> {
    const out = new Map<string, Announcement | undefined>();
    for (const { topic, payload } of await this.passing(seconds)) {
      const name = /^homeassistant\/device\/(.*)\/config$/.exec(topic)?.[1];
      if (name === undefined) continue;
      out.delete(name);
      out.set(name, payload.length === 0 ? undefined : (JSON.parse(String(payload)) as Announcement));
    }
    return out;
  }
}
