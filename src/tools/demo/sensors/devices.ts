import { createFridge } from './fridge.ts';
import { createOffice } from './office.ts';
import { createPump } from './pump.ts';
import type { Random } from './random.ts';
import { createRoom } from './room.ts';
import type { Reading, Sensor, Series } from './sensor.ts';
import { createSolar } from './solar.ts';
import { createWasher } from './washer.ts';

/** A quantity, and how one make of device speaks of it on MQTT. */
export interface Device extends Pick<Sensor, 'name' | 'topic' | 'path' | 'timePath' | 'unit'> {
  /** Name of the reading that stands at `path`. */
  readonly main: string;
  readonly periodMinutes: number;
  readonly series: (random: Random) => Series;
  /** The JSON of one message, as coarse as the real device. */
  readonly message: (reading: Reading, at: Date) => object;
}

const round = (value: number | undefined, decimals: number) => Number((value as number).toFixed(decimals));

export const DEVICES: readonly Device[] = [
  {
    // Zigbee2MQTT with `last_seen: ISO_8601`.
    name: 'fridge',
    topic: 'zigbee2mqtt/fridge_plug',
    path: 'power',
    timePath: 'last_seen',
    unit: 'W',
    main: 'power',
    periodMinutes: 5,
    series: createFridge,
    message: ({ power = 0, voltage = 0, energy }, at) => ({
      current: round(power / voltage, 2),
      energy: round(energy, 2),
      last_seen: at.toISOString(),
      linkquality: 148,
      power: Math.max(0, round(power, 0)),
      state: 'ON',
      voltage: round(voltage, 0),
    }),
  },
  {
    // Tasmota telemetry; a real one sends local time without offset.
    name: 'room',
    topic: 'tele/livingroom/SENSOR',
    path: 'BME280.Temperature',
    timePath: 'Time',
    unit: '°C',
    main: 'temperature',
    periodMinutes: 6,
    series: createRoom,
    message: ({ temperature, humidity }, at) => ({
      Time: at.toISOString(),
      BME280: { Temperature: round(temperature, 1), Humidity: round(humidity, 1) },
      TempUnit: 'C',
    }),
  },
  {
    // The plainest JSON there is.
    name: 'office',
    topic: 'office/co2',
    path: 'value',
    timePath: 'ts',
    unit: 'ppm',
    main: 'co2',
    periodMinutes: 5,
    series: createOffice,
    message: ({ co2 }, at) => ({ value: round(co2, 0), ts: at.toISOString() }),
  },
  {
    // Shelly Gen2 notification, a partial object.
    name: 'washer',
    topic: 'shellyplugsg3-washer/events/rpc',
    path: 'params.switch:0.apower',
    timePath: 'params.ts',
    unit: 'W',
    main: 'power',
    periodMinutes: 5,
    series: createWasher,
    message: ({ power }, at) => ({
      src: 'shellyplugsg3-washer',
      dst: 'shellyplugsg3-washer/events',
      method: 'NotifyStatus',
      params: { ts: at.toISOString(), 'switch:0': { id: 0, apower: round(power, 1) } },
    }),
  },
  {
    // A gateway in a plant: several quantities of one machine.
    name: 'pump',
    topic: 'plant/hall2/pump7',
    path: 'vibration',
    timePath: 'timestamp',
    unit: 'mm/s',
    main: 'vibration',
    periodMinutes: 6,
    series: createPump,
    message: ({ vibration, flow }, at) => ({
      timestamp: at.toISOString(),
      vibration: round(vibration, 2),
      flow: round(flow, 1),
    }),
  },
  {
    // An ESPHome topic; with JSON, because its plain numbers cannot carry the accelerated time.
    name: 'solar',
    topic: 'garden/sensor/solar_irradiance/state',
    path: 'state',
    timePath: 'time',
    unit: 'W/m²',
    main: 'irradiance',
    periodMinutes: 8,
    series: createSolar,
    message: ({ irradiance }, at) => ({ state: round(irradiance, 0), time: at.toISOString() }),
  },
];
