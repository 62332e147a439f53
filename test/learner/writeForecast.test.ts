import { describe, expect, it } from 'vitest';
import type { Forecast } from '../../src/domain/forecast.ts';
import { ForecastRow } from '../../src/domain/forecastRow.ts';
import type { Step } from '../../src/domain/sample.ts';
import { Anomaly } from '../../src/learner/anomaly/anomaly.ts';
import type { Expert } from '../../src/learner/experts/expert.ts';
import { LastValue } from '../../src/learner/experts/lastValue.ts';
import { HorizonTrack } from '../../src/learner/horizonTrack.ts';
import { Observation } from '../../src/learner/observation.ts';
import { type ForecastSources, writeForecast } from '../../src/learner/writeForecast.ts';
import { constant, noisySine, toHorizons, toSteps, withGap } from '../support/series.ts';
import { makeSettings } from '../support/settings.ts';

/** The last value under the name of a network. */
function impostor(isHealthy: boolean): Expert {
  const last = new LastValue();
  return {
    name: 'lstm_direct',
    isBaseline: false,
    isHealthy,
    observe: () => last.observe(),
    move: () => last.move(),
    predict: (forecast, row) => last.predict(forecast, row),
    learn: () => last.learn(),
    forget: () => last.forget(),
    exchange: () => last.exchange(),
    free: () => last.free(),
  };
}

function mindOf(steps: number[], experts: readonly Expert[] = [new LastValue()], minSamples = 300): ForecastSources {
  return {
    horizons: toHorizons(...steps),
    minSamples,
    row: new Observation(steps),
    tracks: steps.map((count) => new HorizonTrack(count, 0.9, [true])),
    experts,
    anomaly: new Anomaly(makeSettings().anomaly, minSamples, [0]),
  };
}

function told(step: Step, mind: ForecastSources, isKnown = true): Forecast {
  const row = new ForecastRow();
  writeForecast(row, step, mind, isKnown);
  return row.toForecast();
}

/** A mind that forecasts the last value plus 1 at its first horizon, plus 2 at its second. */
function live(mind: ForecastSources, values: readonly number[]): Forecast[] {
  return toSteps(values).map((step) => {
    if (!mind.row.advance(step)) return told(step, mind, false);
    for (const track of mind.tracks) track.score(mind.row);
    const { matured, expected } = mind.tracks[0] as HorizonTrack;
    mind.anomaly.update(mind.row, matured, expected);
    mind.tracks.forEach((track, k) => {
      track.issue(Float64Array.of(mind.row.value + k + 1), mind.row);
    });
    return told(step, mind);
  });
}

const lastOf = (mind: ForecastSources, values: readonly number[]): Forecast => live(mind, values).at(-1) as Forecast;

describe('what is not known is null', () => {
  it('before the first reading: nothing at all', () => {
    const [step] = toSteps([Number.NaN]) as [Step];
    expect(live(mindOf([1, 5]), [Number.NaN])).toEqual([
      {
        stream: step.stream,
        at: step.at,
        value: null,
        expected: null,
        horizons: [],
        anomalyScore: null,
        anomaly: false,
        state: 'starting',
        source: 'last_value',
        skill: null,
        coverage: null,
        samples: 0,
        resolution: 0,
        cadence: null,
      },
    ]);
  });

  it('at the first reading: all but the forecasts themselves', () => {
    const forecast = lastOf(mindOf([1, 5]), [20]);
    expect(forecast.expected).toBeNull();
    expect([forecast.skill, forecast.coverage, forecast.anomalyScore]).toEqual([null, null, null]);
    expect(forecast.horizons.map(({ mean, lower, upper }) => [mean, lower, upper])).toEqual([
      [21, null, null],
      [22, null, null],
    ]);
  });

  it('at the second: only what needs longer', () => {
    const forecast = lastOf(mindOf([1, 5]), [20, 23]);
    expect(forecast.expected).toEqual({ mean: 21, lower: null, upper: null });
    expect(forecast.horizons[0]?.lower).toBeLessThan(24);
    expect(forecast.horizons[1]?.lower).toBeNull();
  });

  it('in a row without a reading: the value, not the forecasts', () => {
    const forecast = lastOf(mindOf([1]), [20, 23, Number.NaN]);
    expect(forecast.value).toBeNull();
    expect(forecast.expected?.mean).toBe(24);
    expect(forecast.horizons[0]?.mean).toBe(24);
  });
});

it('puts lower and upper at the half-width around each mean', () => {
  const mind = mindOf([1, 5]);
  const { expected, horizons } = lastOf(mind, noisySine(300));
  const first = mind.tracks[0] as HorizonTrack;
  expect(expected).toEqual({
    mean: first.expected,
    lower: first.expectedLower,
    upper: first.expectedUpper,
  });
  expect(horizons).toEqual(
    mind.tracks.map(({ mean, lower, upper }, k) => ({
      horizon: mind.horizons[k],
      mean,
      lower,
      upper,
    })),
  );
});

it('speaks of the smallest horizon where it can only speak of one', () => {
  const mind = mindOf([2, 5]);
  const forecast = lastOf(mind, noisySine(300));
  expect(forecast.skill).toBe(mind.tracks[0]?.skill);
  expect(forecast.coverage).toBe(mind.tracks[0]?.interval.coverage);
  expect(forecast.expected?.mean).toBe(mind.tracks[0]?.expected);
});

it('repeats who, when and what, and how much is known', () => {
  const step = toSteps(noisySine(300)).at(-1) as Step;
  const mind = mindOf([1]);
  const forecast = lastOf(mind, noisySine(300));
  expect([forecast.stream, forecast.at, forecast.value]).toEqual([step.stream, step.at, step.value]);
  expect([forecast.anomalyScore, forecast.anomaly]).toEqual([mind.anomaly.score, mind.anomaly.isActive]);
  expect(forecast.samples).toBe(300);
  expect(lastOf(mindOf([1]), withGap(noisySine(300), 40, 7)).samples).toBe(293);
});

it('names the expert that the answer owes most to', () => {
  const tracks = [new HorizonTrack(1, 0.9, [false, true])];
  const mind = { ...mindOf([1], [impostor(true), new LastValue()]), tracks };
  const [step] = toSteps([20]) as [Step];
  expect(told(step, mind).source).toBe('last_value');
  for (let n = 0; n < 50; n++) tracks[0]?.mix.score(Float64Array.of(0, 1), 0.1, { value: 0, resolution: 0.1 });
  expect(told(step, mind).source).toBe('lstm_direct');
});

describe('the state', () => {
  const statesOf = (forecasts: readonly Forecast[]): string[] => forecasts.map(({ state }) => state);

  it('goes from starting over learning to active', () => {
    const states = statesOf(live(mindOf([3, 5], undefined, 40), noisySine(60)));
    expect(states.slice(0, 3)).toEqual(['starting', 'starting', 'starting']);
    expect(new Set(states.slice(3, 39))).toEqual(new Set(['learning']));
    expect(new Set(states.slice(39))).toEqual(new Set(['active']));
  });

  it('counts readings, not rows', () => {
    const states = statesOf(live(mindOf([3], undefined, 40), withGap(noisySine(60), 10, 7)));
    expect(states.indexOf('active')).toBe(46);
  });

  it('is degraded as soon as an expert had to be switched off', () => {
    expect(lastOf(mindOf([1], [new LastValue(), impostor(true)]), constant(2)).state).toBe('learning');
    expect(lastOf(mindOf([1], [new LastValue(), impostor(false)]), constant(2)).state).toBe('degraded');
    expect(lastOf(mindOf([1], [new LastValue(), impostor(false)]), constant(400)).state).toBe('degraded');
  });
});
