import type { DurationMs, EpochMs } from '../../domain/time.ts';
import type { Histogram } from '../../telemetry/histogram.ts';
import type { OutletContext } from '../outlet.ts';
import type { GradientNorms } from './gradientNorms.ts';
import type { StreamTable } from './streamTable.ts';

/** One series of a family and its value. */
export interface Series {
  /** Behind the name of the family: `_bucket`, `_sum` and `_count` of a histogram. */
  readonly suffix?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Everything that metrics are read from. */
export interface MetricSources extends Pick<OutletContext, 'config' | 'health' | 'sensorOf' | 'settingsOf'> {
  readonly version: string;
  readonly streams: StreamTable;
  /** Default: none are known. */
  readonly gradients?: GradientNorms;
  readonly isConnected: () => boolean;
  /** Moment at which the newest state was stored; undefined: none since the start. */
  readonly lastSaved: () => EpochMs | undefined;
}

/**
 * Metrics of one name (without the prefix `tidegate_`) in base units, by the rules of Prometheus: counters end with `_total`. Read at each scrape, and never
 * before. A value that is not known has no series.
 */
export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  read(sources: MetricSources): Iterable<Series>;
}

const NO_LABELS = {};

/** A family of one histogram, with the labels of its buckets alone. */
export function histogram(
  name: string,
  help: string,
  histogramOf: (sources: MetricSources) => Histogram | undefined,
): Family {
  return {
    name,
    type: 'histogram',
    help,
    labels: [],
    *read(sources) {
      const counted = histogramOf(sources);
      if (counted === undefined) return;
      const { bounds, cumulative, sum, count } = counted;
      for (const [i, bound] of bounds.entries())
        yield { suffix: '_bucket', labels: { le: String(bound) }, value: cumulative[i] };
      yield { suffix: '_bucket', labels: { le: '+Inf' }, value: count };
      yield { suffix: '_sum', labels: NO_LABELS, value: sum };
      yield { suffix: '_count', labels: NO_LABELS, value: count };
    },
  };
}

/** A family of one series. @param numberOf undefined, or not finite: it is not known */
export function single(
  type: 'counter' | 'gauge',
  name: string,
  help: string,
  numberOf: (sources: MetricSources) => number | undefined,
): Family {
  return {
    name,
    type,
    help,
    labels: [],
    *read(sources) {
      const value = numberOf(sources);
      if (Number.isFinite(value)) yield { labels: NO_LABELS, value: value as number };
    },
  };
}

/** A family with a series for each value of one label. */
export function byLabel(
  type: 'counter' | 'gauge',
  [name, label]: readonly [name: string, label: string],
  help: string,
  valuesOf: (sources: MetricSources) => Iterable<readonly [value: string, count: number]>,
): Family {
  return {
    name,
    type,
    help,
    labels: [label],
    *read(sources) {
      for (const [name, value] of valuesOf(sources)) yield { labels: { [label]: name }, value };
    },
  };
}

export function toSeconds(ms: DurationMs | EpochMs | number): number {
  return ms / 1000;
}
