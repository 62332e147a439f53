import { expect, test } from 'vitest';
import { toEpochMs } from '../../../../src/domain/time.ts';
import {
  createDemoSensors,
  SENSOR_TIME_SPAN_MS,
  SENSOR_TIME_START,
} from '../../../../src/tools/demo/sensors/demoSensors.ts';
import { FAULT_KINDS } from '../../../../src/tools/demo/sensors/faultWindow.ts';
import type { Sensor } from '../../../../src/tools/demo/sensors/sensor.ts';

const sensorsOf = (seed: number, faultWeeks = 1) => createDemoSensors({ seed, start: SENSOR_TIME_START, faultWeeks });

function messagesOf(sensor: Sensor, untilMs = SENSOR_TIME_SPAN_MS) {
  return Array.from({ length: Math.ceil(untilMs / sensor.periodMs) }, (_, index) => {
    const at = toEpochMs(SENSOR_TIME_START + index * sensor.periodMs);
    return { at, text: sensor.payload(at) };
  });
}

function fieldOf(text: string, path: string): unknown {
  return path.split('.').reduce((value: unknown, key) => (value as Record<string, unknown>)[key], JSON.parse(text));
}

const isInside = ({ faults }: Sensor, at: number) => faults.some(({ from, to }) => at >= from && at < to);

test('starts on a Monday at midnight and gives each of six dialects 2,000 to 4,100 readings', () => {
  const sensors = sensorsOf(1);

  expect(new Date(SENSOR_TIME_START).toUTCString()).toBe('Mon, 02 Mar 2026 00:00:00 GMT');
  expect(new Set(sensors.map(({ path }) => path)).size).toBe(6);
  expect(new Set(sensors.map(({ topic }) => topic)).size).toBe(6);
  for (const { periodMs } of sensors) {
    expect(SENSOR_TIME_SPAN_MS / periodMs).toBeGreaterThanOrEqual(2_000);
    expect(SENSOR_TIME_SPAN_MS / periodMs).toBeLessThanOrEqual(4_100);
  }
});

test.each(sensorsOf(1).map((sensor) => [sensor.name, sensor] as const))(
  '%s carries its number and its sensor time in every message outside of faults',
  (_, sensor) => {
    for (const { at, text } of messagesOf(sensor)) {
      if (isInside(sensor, at)) continue;
      expect(fieldOf(text, sensor.path)).toSatisfy(Number.isFinite);
      expect(fieldOf(text, sensor.timePath)).toBe(new Date(at).toISOString());
    }
  },
);

test('every sensor has a fault that can be seen, after at least 1,200 healthy readings', () => {
  for (const { faults, periodMs } of sensorsOf(1)) {
    expect(faults.some(({ kind }) => FAULT_KINDS[kind].arrives)).toBe(true);
    for (const { from, to } of faults) {
      expect((from - SENSOR_TIME_START) / periodMs).toBeGreaterThanOrEqual(1_200);
      expect(to).toBeLessThanOrEqual(SENSOR_TIME_START + SENSOR_TIME_SPAN_MS);
    }
  }
});

test('faults change readings inside their windows and nothing outside', () => {
  const healthy = sensorsOf(1, 0);

  for (const [index, sensor] of sensorsOf(1).entries()) {
    const clean = messagesOf(healthy[index] as Sensor);
    const faulty = messagesOf(sensor);
    const changed = faulty.filter(({ text }, i) => text !== clean[i]?.text);
    expect(changed.filter(({ at }) => !isInside(sensor, at))).toEqual([]);
    for (const { from, to } of sensor.faults) expect(changed.some(({ at }) => at >= from && at < to)).toBe(true);
  }
});

test('faults without readings send the word unavailable or half a message', () => {
  for (const sensor of sensorsOf(1)) {
    const messages = messagesOf(sensor);
    for (const { kind, from, to } of sensor.faults) {
      if (FAULT_KINDS[kind].arrives) continue;
      const texts = messages.filter(({ at }) => at >= from && at < to).map(({ text }) => text);
      expect(texts.length).toBeGreaterThan(0);
      if (kind === 'unavailable') expect(new Set(texts)).toEqual(new Set(['unavailable']));
      else for (const text of texts) expect(() => JSON.parse(text)).toThrow(SyntaxError);
    }
  }
});

test('readings are as coarse as those of real devices', () => {
  const decimals = (name: string) => {
    const sensor = sensorsOf(1).find((candidate) => candidate.name === name) as Sensor;
    const texts = messagesOf(sensor, 86_400_000).map(({ text }) => String(fieldOf(text, sensor.path)));
    return Math.max(...texts.map((text) => text.split('.')[1]?.length ?? 0));
  };

  expect(Object.fromEntries(sensorsOf(1).map(({ name }) => [name, decimals(name)]))).toEqual({
    fridge: 0,
    room: 1,
    office: 0,
    washer: 1,
    pump: 2,
    solar: 0,
  });
});

test('the same seed gives the same messages, another seed others', () => {
  const day = (seed: number) => sensorsOf(seed).map((sensor) => messagesOf(sensor, 86_400_000));

  expect(day(5)).toEqual(day(5));
  expect(day(5)).not.toEqual(day(6));
});
