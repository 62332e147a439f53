import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toDurationMs } from '../../../src/domain/time.ts';
import type { Cadence } from '../../../src/tools/discover/cadence.ts';
import { proposeSteps } from '../../../src/tools/discover/proposeSteps.ts';
import { parse } from '../../config/context.ts';

const every = (ms: number, kind: Cadence['kind'] = 'regular'): Cadence => ({ kind, medianMs: toDurationMs(ms) });

it.each([
  [[every(10_300)], '10s', ['10s', '1m', '2m']],
  [[every(58_000), every(61_000)], '1m', ['1m', '5m', '15m']],
  [[every(290_000, 'on-change')], '5m', ['5m', '20m', '1h']],
  [[every(45_000), every(3_600_000), every(46_000)], '1m', ['1m', '5m', '15m']],
  [[every(7)], '10ms', ['10ms', '50ms', '200ms']],
  [[every(9e7)], '1d', ['1d']],
])('of %j a step of %s', (cadences, step, horizons) => {
  expect(proposeSteps(cadences)).toEqual({ step, horizons });
});

it('proposes nothing after too few arrivals', () => {
  expect(proposeSteps([{ kind: 'unknown', medianMs: toDurationMs(1000) }])).toBeUndefined();
  expect(proposeSteps([])).toBeUndefined();
});

it('always proposes what a configuration takes', () => {
  void fc.assert(
    fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (ms) => {
      const steps = proposeSteps([every(ms)]);
      const { streams } = parse(
        JSON.stringify({ mqtt: { server: 'mqtt://h' }, streams: [{ topic: 'a', target: 'v', ...steps }] }),
      );
      expect(streams[0]?.settings.horizons[0]?.steps).toBe(1);
    }),
  );
});
