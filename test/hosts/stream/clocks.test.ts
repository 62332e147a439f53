import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createZoneOffset } from '../../../src/adapters/clock/zoneOffset.ts';
import type { DomainEvent } from '../../../src/domain/events.ts';
import type { Forecast } from '../../../src/domain/forecast.ts';
import type { StepSettings, StreamSettings } from '../../../src/domain/streamSettings.ts';
import { toDurationMs } from '../../../src/domain/time.ts';
import { createLearnerFactory } from '../../../src/hosts/createLearnerFactory.ts';
import { createInlineHost } from '../../../src/hosts/inlineHost.ts';
import { MAX_MISSING_STEPS } from '../../../src/hosts/stream/resample.ts';
import { samplePipeline } from '../../../src/pipeline/samplePipeline.ts';
import { everyMessage, sampleOf, settingsWith } from '../../pipeline/samples.ts';
import { kept } from '../../support/lent.ts';
import { machinesOf } from '../../support/machines.ts';
import { learnerSettings, noisySine } from '../../support/series.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
/** A Sunday at 00:00 UTC: an hour later summer time begins in Berlin. */
const START = Date.UTC(2026, 2, 29);
const GRID: StepSettings = { every: toDurationMs(MINUTE), gapAfter: toDurationMs(5 * MINUTE) };
const ROWS = 900;
const BREAK = 600;

interface Outcome {
  readonly forecasts: readonly Forecast[];
  readonly events: readonly DomainEvent[];
}

/** One sample a minute; `timeOf` says what its clock shows. */
async function run(step: StepSettings, timeOf: (row: number) => number, zone = 'UTC'): Promise<Outcome> {
  const events: DomainEvent[] = [];
  const settings: StreamSettings = {
    ...settingsWith(step),
    ...learnerSettings({ minSamples: 100, model: { hidden: 4, bptt: { every: 4, window: 8 } } }),
  };
  const report = (event: DomainEvent): void => void events.push(event);
  const host = createInlineHost({ ...createLearnerFactory(() => settings), report });
  const samples = noisySine(ROWS, 3, { period: 60 }).map((value, row) => sampleOf('hall', timeOf(row), value));
  const atOnce = (work: () => void): (() => void) => {
    work();
    return () => undefined;
  };
  const pipeline = samplePipeline(
    {
      settingsOf: () => settings,
      machineFor: machinesOf({ settingsOf: () => settings, zoneOffsetOf: () => createZoneOffset(zone), report })
        .machineFor,
      host,
      report,
      onNextTurn: atOnce,
    },
    { maxStreams: 10, maxBatch: 64, throttle: false },
  );
  const forecasts = await lastValueFrom(from(samples).pipe(pipeline, kept(), toArray()));
  return { forecasts, events };
}

/** Mean error of those of the last `count` readings that were expected. */
function errorOf({ forecasts }: Outcome, count: number): number {
  const errors = forecasts
    .slice(-count)
    .flatMap(({ value, expected }) => (value === null || expected === null ? [] : [Math.abs(value - expected.mean)]));
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

const droppedOf = ({ events }: Outcome): number => events.filter(({ type }) => type === 'InputDropped').length;
const jumped = (jump: number) => (row: number) => START + row * MINUTE + (row >= BREAK ? jump : 0);

/** Name, clock, samples lost at most. */
const CLOCKS: readonly (readonly [string, (row: number) => number, number])[] = [
  ['right', jumped(0), 0],
  ['that begins in 1970 and is then put right', (row) => (row < 30 ? row * MINUTE : START + row * MINUTE), 0],
  ['that jumps an hour ahead', jumped(HOUR), 0],
  ['that jumps an hour back', jumped(-HOUR), 60],
  ['that jumps ten years ahead', jumped(10 * YEAR), 0],
  ['that jumps ten years back', jumped(-10 * YEAR), 7],
  ['that was in 2036 for one sample', (row) => START + row * MINUTE + (row === BREAK ? 10 * YEAR : 0), 7],
  ['that was in 2036 for an hour', (row) => jumped(row < BREAK + 60 ? 10 * YEAR : 0)(row), 7],
  ['after an hour of silence', jumped(HOUR), 0],
  ['after three days of silence', jumped(3 * DAY), 0],
  ['after a month of silence', jumped(30 * DAY), 0],
];

describe.each<[string, StepSettings]>([
  ['each message a step', everyMessage],
  ['a grid of a minute', GRID],
])('with %s, a clock', async (_, step) => {
  const right = await run(step, jumped(0));

  it.each(CLOCKS)('%s loses no stream, no numbers and little time', async (__, timeOf, lost) => {
    const outcome = await run(step, timeOf);
    const { forecasts, events } = outcome;
    expect(droppedOf(outcome)).toBeLessThanOrEqual(lost);
    expect(events.filter(({ type }) => type === 'LearnerFailed' || type === 'StreamEvicted')).toEqual([]);
    for (const { horizons } of forecasts) {
      for (const { mean, lower, upper } of horizons)
        expect(Number.isFinite(mean + (lower ?? 0) + (upper ?? 0))).toBe(true);
    }
    // No storm of steps: what one sample may set off is bounded.
    expect(forecasts.length).toBeLessThanOrEqual(ROWS + 2 * MAX_MISSING_STEPS + 10);
    expect(forecasts.at(-1)?.samples).toBeGreaterThanOrEqual(ROWS - lost);
    // What was learned stays: the state is carried over the break.
    expect(errorOf(outcome, 200)).toBeLessThan(1.2 * errorOf(right, 200));
  });

  it('of a zone with summer time goes on as if nothing had happened', async () => {
    const berlin = await run(step, jumped(0), 'Europe/Berlin');
    expect(droppedOf(berlin)).toBe(0);
    expect(berlin.forecasts).toHaveLength(right.forecasts.length);
    expect(errorOf(berlin, ROWS - 120)).toBeLessThan(1.1 * errorOf(right, ROWS - 120));
  });
});
