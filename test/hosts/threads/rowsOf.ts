import type { Forecast } from '../../../src/domain/forecast.ts';
import { ForecastRow } from '../../../src/domain/forecastRow.ts';
import { ForecastRows } from '../../../src/hosts/threads/forecastRows.ts';

/** Forecasts as a thread sends them. */
export function rowsOf(
  forecasts: readonly Forecast[],
  indexOf: (stream: string) => number,
  heading: readonly number[],
): Float64Array {
  const rows = new ForecastRows(heading.length);
  for (const forecast of forecasts) rows.add(new ForecastRow().write(forecast), indexOf(forecast.stream));
  return rows.take(...heading);
}
