import { toStreamId } from '../../../domain/streamId.ts';
import { type EpochMs, toDurationMs, toEpochMs } from '../../../domain/time.ts';
import { DEVICES, type Device } from './devices.ts';
import { createFaultInjector } from './faultInjector.ts';
import { faultWindows, WEEK_MS } from './faultPlan.ts';
import { createRandom } from './random.ts';
import type { Sensor } from './sensor.ts';

/** Monday 2026-03-02, 00:00 UTC: at equinox, so that day and night are equally long. */
export const SENSOR_TIME_START: EpochMs = toEpochMs(Date.UTC(2026, 2, 2));
/** One week to learn, one week with faults. */
export const SENSOR_TIME_SPAN_MS: number = 2 * WEEK_MS;

export interface DemoSensorsOptions {
  readonly seed: number;
  /** A Monday, 00:00 UTC. */
  readonly start: EpochMs;
  /** Weeks after the first one that have faults. */
  readonly faultWeeks: number;
}

/** Six devices in six dialects, each with faults at known times. The same seed gives the same messages. */
export function createDemoSensors({ seed, start, faultWeeks }: DemoSensorsOptions): Sensor[] {
  return DEVICES.map((device, index) => createSensor(device, seed + 1_000 * index, start, faultWeeks));
}

function createSensor(device: Device, seed: number, start: EpochMs, faultWeeks: number): Sensor {
  const { name, topic, path, timePath, unit } = device;
  const series = device.series(createRandom(seed));
  const faults = faultWindows(name, start, faultWeeks);
  const inject = createFaultInjector({ main: device.main, faults, random: createRandom(seed + 500) });
  return {
    name,
    topic,
    path,
    timePath,
    unit,
    stream: toStreamId(topic, path),
    periodMs: toDurationMs(device.periodMinutes * 60_000),
    faults,
    payload(at) {
      const { reading, kind } = inject(series(at), at);
      if (kind === 'unavailable') return 'unavailable';
      const text = JSON.stringify(device.message(reading, new Date(at)));
      return kind === 'truncated' ? text.slice(0, text.length / 2) : text;
    },
  };
}
