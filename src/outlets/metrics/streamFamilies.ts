import { type Family, type MetricSources, type Series, toSeconds } from './family.ts';
import type { StreamFigures } from './streamTable.ts';

/** A family with a series for each stream of the table. @param figureOf not finite: not known */
function ofStreams(
  type: Family['type'],
  name: string,
  help: string,
  figureOf: (figures: StreamFigures) => number,
): Family {
  return {
    name,
    type,
    help,
    labels: ['stream'],
    *read({ streams }) {
      for (const figures of streams.figures) {
        const value = figureOf(figures);
        if (Number.isFinite(value)) yield { labels: figures.labels, value };
      }
    },
  };
}

/** Metrics of single streams, at most `metrics.max_streams` of them. */
export const STREAM_FAMILIES: readonly Family[] = [
  ofStreams(
    'counter',
    'samples_total',
    'Readings that the stream has taken in, those of earlier processes too.',
    ({ samples }) => samples,
  ),
  ofStreams(
    'gauge',
    'stream_last_sample_timestamp_seconds',
    'Time of the last reading of the stream, in seconds since 1970.',
    ({ at }) => toSeconds(at),
  ),
  ofStreams(
    'gauge',
    'forecast_error_ratio',
    'Mean absolute error of the published forecasts over that of the best plain forecast; below 1 the networks earn their place.',
    ({ skill }) => 1 - skill,
  ),
  ofStreams(
    'gauge',
    'forecast_abs_error',
    'Mean absolute error of the forecasts at the smallest horizon over some fifty readings, in the unit of the stream.',
    ({ error }) => error,
  ),
  ofStreams(
    'gauge',
    'interval_coverage_ratio',
    'Share of the last 500 changed readings inside their interval.',
    ({ coverage }) => coverage,
  ),
  ofStreams('gauge', 'anomaly_score', 'Anomaly score of the last reading; 1 is the threshold.', ({ score }) => score),
  ofStreams('gauge', 'anomaly', '1 while an anomaly of the stream runs, else 0.', ({ isAnomalous }) =>
    isAnomalous ? 1 : 0,
  ),
  ofStreams(
    'counter',
    'anomalies_total',
    'Anomalies of the stream that have started since the start of the daemon.',
    ({ anomalies }) => anomalies,
  ),
  {
    name: 'gradient_norm',
    type: 'gauge',
    help: 'Norm of the gradient of the last update of a network of the stream, before it was clipped; as of the scrape before, with many streams as of one of the last.',
    labels: ['stream', 'network'],
    read: ({ streams, gradients }) => gradients?.read(Array.from(streams.figures, ({ stream }) => stream)) ?? [],
  },
  {
    name: 'stream_info',
    type: 'gauge',
    help: 'What the stream reads: 1, with topic, field, unit, device class, and the share of readings that its interval is to hold.',
    labels: ['stream', 'topic', 'field', 'unit', 'device_class', 'interval'],
    *read(sources) {
      for (const { stream } of sources.streams.figures) yield infoOf(sources, stream);
    },
  },
];

/** Unknown labels are empty, which is the same as absent. */
function infoOf({ sensorOf, settingsOf }: MetricSources, stream: StreamFigures['stream']): Series {
  const { topic = '', path = '', unit = '', deviceClass = '' } = sensorOf(stream) ?? {};
  const interval = String(settingsOf(stream).interval);
  return { labels: { stream, topic, field: path, unit, device_class: deviceClass, interval }, value: 1 };
}
