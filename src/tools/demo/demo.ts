import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedBroker } from '../../adapters/broker/embeddedBroker.ts';
import { createSystemClock } from '../../adapters/clock/systemClock.ts';
import { isPortFree } from '../../adapters/http/isPortFree.ts';
import { compose } from '../../app/compose.ts';
import type { Config } from '../../config/config.ts';
import { parseConfig } from '../../config/parseConfig.ts';
import type { StreamId } from '../../domain/streamId.ts';
import { toEpochMs } from '../../domain/time.ts';
import type { AdjustableLog } from '../../telemetry/log.ts';
import { examineLater } from '../doctor/examineLater.ts';
import { DemoBoard } from './demoBoard.ts';
import { createDemoSensors, SENSOR_TIME_SPAN_MS, SENSOR_TIME_START } from './sensors/demoSensors.ts';
import { createLaundrySensor } from './sensors/laundrySensor.ts';
import { runSensors } from './sensors/runSensors.ts';
import type { Sensor } from './sensors/sensor.ts';

export interface DemoOptions {
  /** Wall time for the two weeks of sensor time; undefined: at the speed of 60 s until the signal aborts. */
  readonly seconds: number | undefined;
  readonly port: number | undefined;
  readonly version: string;
  readonly log: AdjustableLog;
  readonly stop: AbortSignal;
  /** Called now and then with the board of the moment, and at the end. */
  readonly onChange: (board: DemoBoard, url: string) => void;
}

const SEED = 1;
const USUAL_SECONDS = 60;
/** Endless: a year of faults. */
const MANY_WEEKS = 52;
const REDRAW_MS = 250;

/**
 * A broker, simulated sensors with faults at known times, and the daemon, all in this process over real MQTT connections.
 * Sensor time runs fast: two weeks in a minute. @throws TidegateError TG_DEMO_FAILED
 */
export async function runDemo(options: DemoOptions): Promise<DemoBoard> {
  const { seconds, port } = options;
  const faultWeeks = seconds === undefined ? MANY_WEEKS : 1;
  const sensors = [
    ...createDemoSensors({ seed: SEED, start: SENSOR_TIME_START, faultWeeks }),
    createLaundrySensor(SEED),
  ];
  const board = new DemoBoard(sensors);
  const broker = await startEmbeddedBroker(port === undefined ? {} : { port });
  const redraw = setInterval(() => options.onChange(board, broker.url), REDRAW_MS);
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-demo-'));
  try {
    await play(options, board, { sensors, url: broker.url, folder });
  } finally {
    clearInterval(redraw);
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  options.onChange(board, broker.url);
  return board;
}

interface Stage {
  readonly sensors: readonly Sensor[];
  readonly url: string;
  /** For the state; it is gone afterwards. */
  readonly folder: string;
}

async function play(options: DemoOptions, board: DemoBoard, { sensors, url, folder }: Stage): Promise<void> {
  const { seconds, stop, version, log } = options;
  const end = new AbortController();
  const endNow = (): void => end.abort();
  stop.addEventListener('abort', endNow, { once: true });
  const config = await withFreePage(demoConfig({ url, sensors, folder }));
  const clock = createSystemClock();
  const units = new Map(sensors.map(({ stream, unit }) => [stream, unit]));
  const unitOf = (stream: StreamId): string | undefined => units.get(stream);
  const app = compose({ config, version, clock, log, outlets: [board], examine: examineLater, unitOf });
  const running = app.run(end.signal);
  await Promise.race([board.connected, running]);
  const to = seconds === undefined ? Number.POSITIVE_INFINITY : SENSOR_TIME_START + SENSOR_TIME_SPAN_MS;
  const speed = SENSOR_TIME_SPAN_MS / ((seconds ?? USUAL_SECONDS) * 1000);
  try {
    const publishing = runSensors({
      url,
      sensors,
      from: SENSOR_TIME_START,
      to: toEpochMs(to),
      speed,
      signal: end.signal,
    });
    await Promise.race([running, publishing]);
  } finally {
    end.abort();
    await running;
  }
}

/** The configuration that a user would write for these sensors; only time is special: it is the sensors' own. */
function demoConfig({ url, sensors, folder }: Stage): Config {
  const text = JSON.stringify({
    mqtt: { server: url, client_id: 'tidegate-demo' },
    defaults: { time: { sanity: 'off', zone: 'UTC' } },
    streams: sensors.map(({ topic, path, labels }) => ({
      topic,
      target: path,
      ...(labels !== undefined && { classify: { label_topic: labels.topic, ...labels.options } }),
    })),
    health: { interval: '10s' },
    state: { dir: folder },
  });
  return parseConfig(text, 'the demonstration', { env: {}, hostname: 'demo', directory: '.', readFile: () => '' });
}

/** With the page at a port that the system chooses where its own is taken: a daemon, or another demonstration, may have it. */
async function withFreePage(config: Config): Promise<Config> {
  const { address, port } = config.page;
  return (await isPortFree(port, address)) ? config : { ...config, page: { ...config.page, port: 0 } };
}
