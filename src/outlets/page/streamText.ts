import type { SensorOf, SettingsOf } from '../../domain/decode.ts';
import { CADENCE, RESOLUTION, VALUE } from '../../domain/forecastRow.ts';
import { OutputBytes } from '../../domain/outputBytes.ts';
import { shownDecimals } from '../../domain/shownDecimals.ts';
import { ForecastPayloads } from '../results/forecastPayload.ts';
import type { ApiStream } from './api.ts';
import type { PageStream } from './pageStreams.ts';

/** Members of a stream that has had no reading yet. */
const NO_READING: Omit<ApiStream, keyof typeof HEAD | 'index' | 'id'> = {
  ts: null,
  y: null,
  yhat: null,
  yhat_lower: null,
  yhat_upper: null,
  anomaly_score: null,
  anomaly: false,
  forecast_at: {},
  state: null,
  source: null,
  skill: null,
  coverage: null,
  n: 0,
};

/** Members that are not part of the payload over MQTT. */
const HEAD = {
  topic: null,
  device: null,
  field: null,
  unit: null,
  device_class: null,
  silent: false,
  decimals: 0,
  interval_ms: null,
  zone: 'UTC',
  interval: 0.9,
  min_samples: 0,
  class: null,
} satisfies Partial<ApiStream>;

export interface StreamTextPorts {
  readonly settingsOf: SettingsOf;
  readonly sensorOf: SensorOf;
}

/** Streams as JSON: what is published over MQTT, and what a card needs beside it. */
export class StreamTexts {
  readonly #ports: StreamTextPorts;
  readonly #payloads = new ForecastPayloads();
  readonly #bytes = new OutputBytes(1024);

  constructor(ports: StreamTextPorts) {
    this.#ports = ports;
  }

  /** JSON of an `ApiStream` without its end, `}`, so that more members can follow. */
  open(stream: PageStream): string {
    const head = JSON.stringify(this.#head(stream)).slice(0, -1);
    const { last } = stream;
    const body = last === undefined ? JSON.stringify(NO_READING) : this.#published(stream);
    return `${head},${body.slice(1, -1)}`;
  }

  #published({ id, last }: PageStream): string {
    const out = this.#bytes;
    out.length = 0;
    if (last !== undefined) this.#payloads.set(last, this.#ports.settingsOf(id));
    this.#payloads.state.writeTo(out);
    return out.bytes.toString('latin1', 0, out.length);
  }

  #head({ index, id, last }: PageStream): object {
    const sensor = this.#ports.sensorOf(id);
    const { time, interval, minSamples, step } = this.#ports.settingsOf(id);
    const numbers = last?.numbers;
    const cadence = numbers?.[CADENCE] ?? Number.NaN;
    const usual = step.every === 'message' ? cadence : step.every;
    return {
      index,
      id,
      topic: sensor?.topic ?? null,
      device: sensor?.sender ?? sensor?.topic ?? null,
      field: sensor?.path ?? null,
      unit: sensor?.unit ?? null,
      device_class: sensor?.deviceClass ?? null,
      silent: sensor?.isSilent ?? false,
      decimals: numbers === undefined ? 0 : shownDecimals(numbers[VALUE], numbers[RESOLUTION]),
      interval_ms: Number.isNaN(usual) ? null : usual,
      zone: time.zone,
      interval,
      min_samples: minSamples,
      class: last?.classAnswer?.label ?? null,
    } satisfies Omit<ApiStream, keyof typeof NO_READING>;
  }
}
