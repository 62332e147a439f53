import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BAD_INPUTS, OF_A_SERIES, type Reaction, TESTED_ELSEWHERE } from '../contract/badInputs.ts';
import { BASE_TOPIC, createInputRig, type InputRig } from '../support/inputRig.ts';
import { rounds } from '../support/rounds.ts';
import { noisySine } from '../support/series.ts';

const READINGS = noisySine(900, 2, { period: 60 });
const payloadOf = (topic: string, value: number, now = 0): string => {
  if (topic === 'plant/deep') return `${'{"v":'.repeat(10)}${value}${'}'.repeat(10)}`;
  return /plant\/(json|untrusted|among)/.test(topic)
    ? JSON.stringify({ v: value, ts: now || undefined, a: 1, b: 2 })
    : String(value);
};

/** A rig whose stream has seen readings of a good clock. */
function warm(topic: string, rows = 150): InputRig {
  const rig = createInputRig();
  feed(rig, topic, READINGS.slice(0, rows));
  return rig;
}

function feed(rig: InputRig, topic: string, values: readonly number[]): void {
  for (const value of values) rig.send(topic, payloadOf(topic, value, rig.now + 60_000));
}

function expectSound(rig: InputRig): void {
  for (const { horizons, state, anomalyScore } of rig.forecasts) {
    expect(state).not.toBe('degraded');
    expect(Number.isFinite(anomalyScore ?? 0)).toBe(true);
    for (const { mean, lower, upper } of horizons)
      expect(Number.isFinite(mean + (lower ?? 0) + (upper ?? 0))).toBe(true);
  }
  for (const { topic, payload } of rig.published) {
    expect(topic.startsWith(`${BASE_TOPIC}/`)).toBe(true);
    expect(topic).not.toMatch(/[+#]|\p{Cc}|\p{Cs}/u);
    expect(() => JSON.parse(payload)).not.toThrow();
  }
  expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  expect(rig.events.filter(({ type }) => type === 'PipelineFailed' || type === 'LearnerFailed')).toEqual([]);
}

/** Readings of the stream are forecast as well as before, five of them later. */
function expectUsable(rig: InputRig, topic: string, values: readonly number[], noise = 0.5): void {
  feed(rig, topic, values);
  const [last] = rig.forecasts.slice(-1);
  expect(last?.value).toBeCloseTo(values.at(-1) as number, 6);
  expect(last?.expected?.mean).toBeDefined();
  expect(Math.abs((last?.expected?.mean as number) - (values.at(-1) as number))).toBeLessThan(10 * noise);
  expect(Math.abs((last?.horizons[0]?.mean as number) - (values.at(-1) as number))).toBeLessThan(10 * noise);
}

function expectReaction(
  rig: InputRig,
  reaction: Reaction,
  before: { forecasts: number; events: number; samples: number },
): void {
  const forecasts = rig.forecasts.slice(before.forecasts);
  const drops = rig.dropsSince(before.events);
  if (reaction.is === 'refused' || reaction.is === 'missing') {
    expect([drops, forecasts]).toEqual([[reaction.as], []]);
    return;
  }
  expect(drops).toEqual([]);
  expect(forecasts).toHaveLength(reaction.is === 'overtaken' ? 0 : 1);
  if (reaction.is === 'overtaken') return;
  if (reaction.is === 'accepted') {
    expect(Object.is(forecasts[0]?.value, reaction.value)).toBe(true);
    return;
  }
  expect(forecasts[0]?.anomalyScore).toBeGreaterThan(1);
  expect(forecasts[0]?.samples).toBe(before.samples);
}

describe('the catalogue of bad inputs', () => {
  it('is tested whole: 72 of them', () => {
    const numbers = new Set(
      [...BAD_INPUTS, ...TESTED_ELSEWHERE.map(([number]) => ({ number }))].map(({ number }) => number),
    );
    for (const number of OF_A_SERIES) numbers.add(number);
    expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: 72 }, (_, i) => i + 1));
  });

  it.each(TESTED_ELSEWHERE)('%i is tested in %s: %s', (_, file, name) => {
    expect(existsSync(file) && readFileSync(file, 'utf8').includes(name)).toBe(true);
  });

  it.each(BAD_INPUTS)('$number, $what: $reaction.is', ({ topic, payload, retain, reaction }) => {
    const known = /^plant\/(plain|json|deep|untrusted|among)$/.test(topic) ? topic : 'plant/plain';
    // An anomaly score takes longer to come.
    const rows = reaction.is === 'held back' ? 800 : 150;
    const rig = warm(known, rows);
    const before = {
      forecasts: rig.forecasts.length,
      events: rig.events.length,
      samples: rig.forecasts.at(-1)?.samples ?? 0,
    };
    rig.send(topic, typeof payload === 'function' ? payload(rig) : payload, retain === undefined ? {} : { retain });
    expectReaction(rig, reaction, before);
    const { length } = rig.events;
    expectUsable(rig, known, READINGS.slice(rows, rows + 5));
    expect(rig.dropsSince(length)).toEqual(reaction.is === 'overtaken' ? ['out-of-order'] : []);
    expectSound(rig);
  });
});

describe('bad series', () => {
  const TOPIC = 'plant/plain';
  const ramp = (count: number, start: number, step: number): number[] =>
    Array.from({ length: count }, (_, i) => start + i * step);

  it.each<[number, string, readonly number[], readonly number[], number]>([
    [30, 'a counter that wraps at 2^32', ramp(200, 2 ** 32 - 2000, 10), ramp(8, 0, 10), 100],
    [60, 'a stuck sensor', [...READINGS.slice(0, 150), ...Array<number>(1000).fill(21)], READINGS.slice(150, 160), 0.6],
    [61, 'a spike of a million deviations', [...READINGS.slice(0, 200), 3.5e6], READINGS.slice(201, 206), 0.5],
    [62, 'a step to a new level', READINGS.slice(0, 200), READINGS.slice(200, 208).map((value) => value + 5000), 20],
    [63, 'a change of unit', READINGS.slice(0, 200), READINGS.slice(200, 206).map((value) => 32 + 1.8 * value), 3],
    [64, 'a counter that is set to zero each day', ramp(240, 0, 5).map((value) => value % 600), ramp(6, 0, 5), 60],
    [65, 'zeros from birth', Array<number>(300).fill(0), Array<number>(5).fill(0), 0.1],
    [66, 'alternating ±1e30', [...READINGS.slice(0, 200), 1e30, -1e30], READINGS.slice(200, 205), 0.5],
  ])('%i, %s: the stream is usable soon after', (_, __, before, after, noise) => {
    const rig = createInputRig();
    feed(rig, TOPIC, before);
    expectUsable(rig, TOPIC, after, noise);
    expectSound(rig);
  });

  it('66 for long: ±1e30 at each reading stays finite', () => {
    const rig = createInputRig();
    feed(
      rig,
      TOPIC,
      Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? 1e30 : -1e30)),
    );
    expectSound(rig);
  });

  it('42, names that differ by case or by how an accent is written are streams of their own', () => {
    const rig = createInputRig();
    for (const name of ['Küche', 'küche', 'Ku\u0308che']) rig.send(`plant/auto/${name}`, '21');
    expect(rig.streams).toBe(3);
    expect(new Set(rig.forecasts.map(({ stream }) => stream)).size).toBe(3);
  });

  it('49, 50, 51: the same time again is a duplicate, or another reading of a coarse clock', () => {
    const rig = warm('plant/json');
    const first = rig.events.length;
    const ts = rig.now + 60_000;
    for (const v of [21, 21, 22]) rig.send('plant/json', JSON.stringify({ v, ts }), { after: 1 });
    expect(rig.dropsSince(first)).toEqual(['duplicate']);
    expect(rig.forecasts.slice(-2).map(({ value, at }) => [value, at])).toEqual([
      [21, ts],
      [22, ts + 2],
    ]);
    expectUsable(rig, 'plant/json', READINGS.slice(150, 155));
  });

  it('67, a burst of a thousand a second and silence after it', () => {
    const rig = warm(TOPIC);
    for (let i = 0; i < rounds(2000, 10_000); i++) rig.send(TOPIC, String(READINGS[i % 400]), { after: 1 });
    rig.send(TOPIC, '21', { after: 86_400_000 });
    expect(rig.dropsSince(0)).toEqual([]);
    expectUsable(rig, TOPIC, READINGS.slice(150, 155));
    expectSound(rig);
  });
});
