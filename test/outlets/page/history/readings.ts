import type { Forecast } from '../../../../src/domain/forecast.ts';
import { SCORE } from '../../../../src/domain/forecastRow.ts';
import { toDurationMs } from '../../../../src/domain/time.ts';
import { toScoreByte } from '../../../../src/outlets/page/history/codes.ts';
import { toFlags } from '../../../../src/outlets/page/history/flags.ts';
import { placeOfSource } from '../../../../src/outlets/page/history/sourcePlace.ts';
import { StreamHistory } from '../../../../src/outlets/page/history/streamHistory.ts';
import { forecastOf } from '../../../pipeline/samples.ts';
import { lend } from '../../../support/lent.ts';

export const START: number = Date.UTC(2026, 2, 10);

/** A reading with an interval around its forecast. */
export interface Told {
  readonly at: number;
  readonly value: number;
  readonly mean?: number;
  readonly half?: number;
  readonly score?: number | null;
  readonly anomaly?: boolean;
}

function toForecast({ at, value, mean = value, half = 1, score = 0.5, anomaly = false }: Told): Forecast {
  const expected = { mean, lower: mean - half, upper: mean + half };
  return forecastOf('a', at, {
    value,
    expected,
    anomalyScore: score,
    anomaly,
    source: 'linear',
    cadence: toDurationMs(1000),
  });
}

export function feed(history: StreamHistory, readings: Iterable<Told>): StreamHistory {
  for (const reading of readings)
    lend(toForecast(reading), ({ numbers, source, anomaly }) =>
      history.add(numbers, toScoreByte(numbers[SCORE]!), toFlags(placeOfSource(source), anomaly)),
    );
  return history;
}

/** One reading in each interval, by its number. */
export function series(count: number, intervalMs: number, readingAt: (i: number) => number): Told[] {
  return Array.from({ length: count }, (_, i) => ({ at: START + i * intervalMs, value: readingAt(i) }));
}

export function historyOf(readings: Iterable<Told>, level = 0): StreamHistory {
  return feed(StreamHistory.create(level), readings);
}
