import { describe, expect, it } from 'vitest';
import { makeSpec } from '../fixtures/decoderSetup.ts';
import { createInputRig } from '../support/inputRig.ts';

const AUTO = { source: { dialect: 'auto', booleans: false } } as const;

/** Value and time of each reading that was forecast after, the time in ms since the first. */
function learned(topic: string, messages: readonly (readonly [after: number, payload: string])[], source = AUTO) {
  const rig = createInputRig(10, { specs: [makeSpec('#', 'auto', source)] });
  for (const [after, payload] of messages) rig.send(topic, payload, { after });
  const first = rig.forecasts[0]?.at ?? Number.NaN;
  const { events } = rig;
  return {
    readings: rig.forecasts.map(({ value, at }) => [value, Math.round(at - first)]),
    drops: events.flatMap((event) => (event.type === 'InputDropped' ? [event.reason] : [])),
  };
}

describe('readings within one tick of a coarse clock', () => {
  it('are told apart by their arrival, and the newest counts', () => {
    const message = (power: number, second: number) =>
      JSON.stringify({ Time: `2026-03-10T13:01:0${second}`, ENERGY: { Power: power } });
    const messages = [10, 11, 12, 13, 14, 15].map((power, i) => [i === 0 ? 60_300 : 100, message(power, 0)] as const);
    const { readings, drops } = learned('tele/saw/SENSOR', [...messages, [900, message(16, 1)]]);
    expect(readings).toEqual([
      [10, 0],
      [11, 100],
      [12, 200],
      [13, 300],
      [14, 400],
      [15, 500],
      [16, 1000],
    ]);
    expect(drops).toEqual([]);
  });

  it('are repeats only where they say the same', () => {
    const message = '{"ts":1773144060,"v":5}';
    const { readings, drops } = learned('saw', [
      [60_000, message],
      [10, message],
      [10, '{"ts":1773144060,"v":6}'],
    ]);
    expect([readings.map(([value]) => value), drops]).toEqual([[5, 6], ['duplicate']]);
  });
});

it('a batch without times is learned whole, spread over the time in which it was collected', () => {
  const { readings, drops } = learned('meter', [
    [60_000, '[{"v":1}]'],
    [60_000, '[{"v":2},{"v":2},{"v":3},{"v":4}]'],
    [60_000, '[{"v":5},{"v":6}]'],
  ]);
  expect(readings).toEqual([
    [1, 0],
    [2, 15_000],
    [2, 30_000],
    [3, 45_000],
    [4, 60_000],
    [5, 90_000],
    [6, 120_000],
  ]);
  expect(drops).toEqual([]);
});
