import { filter } from 'rxjs';
import type { Forecast } from '../../domain/forecast.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { type EpochMs, toDurationMs } from '../../domain/time.ts';
import type { Outlet, OutletContext } from '../../outlets/outlet.ts';
import { type HorizonScore, ReplayScore } from '../replay/replayScore.ts';
import { type FaultScore, scoreFaults } from './sensors/scoreFaults.ts';
import type { Sensor } from './sensors/sensor.ts';

/** Readings after a fault in which an alarm still counts as its discovery. */
const GRACE_READINGS = 12;

/** One sensor of the demonstration: what it said last, and how well it was forecast. */
export interface BoardRow {
  readonly sensor: Sensor;
  /** undefined before the first forecast. */
  readonly latest: Forecast | undefined;
  readonly score: HorizonScore | undefined;
  readonly faults: FaultScore;
}

interface Entry {
  readonly sensor: Sensor;
  readonly score: ReplayScore;
  readonly alarms: EpochMs[];
  latest: Forecast | undefined;
}

/** The outlet of the demonstration: follows the forecasts and holds the alarms against the faults that were injected. */
export class DemoBoard implements Outlet {
  readonly name = 'demo board';
  /** Resolves when the daemon is connected for the first time. */
  readonly connected: Promise<void>;
  /** Where the page is, or why it is nowhere; empty until that is known. */
  page = '';
  #tellConnected: () => void = () => undefined;
  readonly #entries: ReadonlyMap<StreamId, Entry>;

  constructor(sensors: readonly Sensor[]) {
    this.#entries = new Map(
      sensors.map((sensor) => [sensor.stream, { sensor, score: new ReplayScore(), alarms: [], latest: undefined }]),
    );
    this.connected = new Promise((resolve) => {
      this.#tellConnected = resolve;
    });
  }

  start({ follow, forecasts$, connected$, eventsOf }: OutletContext): void {
    follow(eventsOf('HttpOpened', 'HttpFailed'), (event) => {
      this.page = event.type === 'HttpOpened' ? `page ${event.url}` : `no page: ${messageOf(event.error)}`;
    });
    follow(forecasts$, (forecast) => this.#add(forecast.toForecast()));
    follow(connected$.pipe(filter(Boolean)), () => this.#tellConnected());
  }

  /** The board stays as it is: the summary is made from it. */
  stop(): void {
    this.#tellConnected();
  }

  #add(forecast: Forecast): void {
    const entry = this.#entries.get(forecast.stream);
    if (entry === undefined) return;
    if (forecast.anomaly && !entry.latest?.anomaly) entry.alarms.push(forecast.at);
    entry.score.add(forecast);
    entry.latest = forecast;
  }

  rows(): readonly BoardRow[] {
    return [...this.#entries.values()].map(({ sensor, score, alarms, latest }) => {
      const seen = sensor.faults.filter(({ from }) => latest !== undefined && from <= latest.at);
      const faults = scoreFaults(seen, alarms, toDurationMs(GRACE_READINGS * sensor.periodMs));
      return { sensor, latest, score: score.scores()[0], faults };
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
