import type { Forecast } from '../../src/domain/forecast.ts';
import type { WritablePayload } from '../../src/domain/outgoing.ts';
import { OutputBytes } from '../../src/domain/outputBytes.ts';
import { ForecastPayloads } from '../../src/outlets/results/forecastPayload.ts';
import { lend } from './lent.ts';

type Settings = Parameters<ForecastPayloads['set']>[1];

/** The payloads of forecasts as texts, written after the forecast has been given back. */
export class PayloadTexts {
  readonly #payloads = new ForecastPayloads();

  state(forecast: Forecast, settings: Settings): string {
    this.#set(forecast, settings);
    return textOf(this.#payloads.state);
  }

  columns(forecast: Forecast, settings: Settings): string {
    this.#set(forecast, settings);
    return textOf(this.#payloads.columns);
  }

  anomaly(forecast: Forecast, id: string, settings: Settings): string {
    this.#set(forecast, settings);
    return this.#payloads.anomaly(id);
  }

  #set(forecast: Forecast, settings: Settings): void {
    lend(forecast, (row) => this.#payloads.set(row, settings));
  }
}

function textOf(payload: WritablePayload): string {
  const out = new OutputBytes(16);
  payload.writeTo(out);
  return out.bytes.toString('utf8', 0, out.length);
}
