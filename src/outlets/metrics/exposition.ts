import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry, type RegistryContentType } from 'prom-client';
import { BATCH_FAMILIES } from './batchFamilies.ts';
import { DAEMON_FAMILIES } from './daemonFamilies.ts';
import type { Family, MetricSources } from './family.ts';
import { STATE_FAMILIES } from './stateFamilies.ts';
import { STREAM_FAMILIES } from './streamFamilies.ts';

/** Prefix of all metrics but those of the process and of Node.js. */
export const PREFIX = 'tidegate_';
/** Interval at which the delay of the event loop is sampled, in ms. */
const DELAY_PRECISION_MS = 20;

/** Metrics of the library: gauges that are named like counters, and measures of the delay that are no numbers, or absurd ones, before it was sampled. */
const LEFT_OUT = [
  ...['nodejs_active_resources_total', 'nodejs_active_handles_total', 'nodejs_active_requests_total'],
  ...['min', 'max', 'mean', 'stddev'].map((measure) => `nodejs_eventloop_lag_${measure}_seconds`),
];

/** Families in the order of the exposition. */
export const FAMILIES: readonly Family[] = [
  ...DAEMON_FAMILIES,
  ...BATCH_FAMILIES,
  ...STATE_FAMILIES,
  ...STREAM_FAMILIES,
];

/** Media types of the exposition. */
export const TEXT: RegistryContentType = Registry.PROMETHEUS_CONTENT_TYPE;
export const OPEN_METRICS: RegistryContentType = Registry.OPENMETRICS_CONTENT_TYPE;

/** Metrics as they are read by Prometheus. */
export class Exposition {
  readonly #sources: MetricSources;
  /** One for each media type that was asked for: the library writes the names of OpenMetrics into the metrics themselves. */
  readonly #registries = new Map<RegistryContentType, Registry<RegistryContentType>>();

  constructor(sources: MetricSources) {
    this.#sources = sources;
  }

  /** @param mediaType `TEXT` or `OPEN_METRICS` */
  async write(mediaType: RegistryContentType): Promise<string> {
    const registry = this.#registries.get(mediaType) ?? this.#open(mediaType);
    return registry.metrics();
  }

  #open(mediaType: RegistryContentType): Registry<RegistryContentType> {
    const registry = new Registry<RegistryContentType>();
    registry.setContentType(mediaType);
    for (const family of FAMILIES) registry.registerMetric(readAtScrape(family, this.#sources));
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: DELAY_PRECISION_MS });
    for (const name of LEFT_OUT) registry.removeSingleMetric(name);
    this.#registries.set(mediaType, registry);
    return registry;
  }
}

/** A metric that keeps no values: they are read from where they are, at each scrape, and forgotten after it. */
function readAtScrape(family: Family, sources: MetricSources): Gauge | Counter | Histogram {
  const { name, help, labels } = family;
  const options = { name: `${PREFIX}${name}`, help, labelNames: [...labels], registers: [] };
  if (family.type === 'histogram') return readHistogram(new Histogram(options), family, sources);
  const metric = family.type === 'counter' ? new Counter(options) : new Gauge(options);
  const { get } = metric;
  metric.get = async () => ({ ...(await get.call(metric)), values: [...family.read(sources)] });
  return metric;
}

function readHistogram(metric: Histogram, family: Family, sources: MetricSources): Histogram {
  const { name, help, type, aggregator } = Object.assign({ aggregator: 'sum' as const }, family);
  const seriesOf = () =>
    Array.from(family.read(sources), ({ suffix = '', ...series }) => ({
      ...series,
      metricName: `${PREFIX}${name}${suffix}`,
      exemplar: null,
    }));
  const read = async () => ({ name: `${PREFIX}${name}`, help, type, aggregator, values: seriesOf() });
  // What the library writes comes from the second one.
  return Object.assign(metric, { get: read, getForPromString: read });
}
