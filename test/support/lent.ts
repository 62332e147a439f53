import { map, type OperatorFunction } from 'rxjs';
import type { BorrowedForecast, Forecast } from '../../src/domain/forecast.ts';
import { ForecastRow } from '../../src/domain/forecastRow.ts';
import type { ForecastSink, LearnerHost } from '../../src/domain/learnerHost.ts';
import { createOperator } from '../../src/pipeline/createOperator.ts';

/** Lends a copy for one call. A reader that has kept it finds numbers that are none, and a row that throws at every look. */
function lendOnce(forecast: BorrowedForecast, take: (lent: BorrowedForecast) => void): void {
  const row = new ForecastRow().copyFrom(forecast);
  const { proxy, revoke } = Proxy.revocable(row, {});
  try {
    take(proxy);
  } finally {
    row.numbers.fill(Number.NaN);
    revoke();
  }
}

/** Lends a forecast as a host does, for one call. */
export function lend(forecast: Forecast, take: (lent: BorrowedForecast) => void): void {
  lendOnce(new ForecastRow().write(forecast), take);
}

/** Each forecast as a host lends it. */
export function lent(): OperatorFunction<Forecast, BorrowedForecast> {
  return createOperator<Forecast, BorrowedForecast>((output) => ({
    next: (forecast) => lend(forecast, (row) => output.next(row)),
  }));
}

/** A copy of each forecast, to be looked at later. */
export function kept(): OperatorFunction<BorrowedForecast, Forecast> {
  return map((forecast) => forecast.toForecast());
}

/** Gets a copy of each forecast. */
export function keeping(take: (forecast: Forecast) => void): ForecastSink {
  return { take: (forecast) => take(forecast.toForecast()), endBatch: () => undefined };
}

/** The host, whose forecasts cannot be used after the call. */
export function strict(host: LearnerHost): LearnerHost {
  return {
    ...host,
    get backlog() {
      return host.backlog;
    },
    start(sink, fail) {
      const take = (forecast: BorrowedForecast): void => lendOnce(forecast, (row) => sink.take(row));
      host.start({ take, endBatch: () => sink.endBatch() }, fail);
    },
  };
}
