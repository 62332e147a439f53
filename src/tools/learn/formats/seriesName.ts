/** A metric and its labels. */
export interface Selector {
  readonly metric: string;
  readonly labels: ReadonlyMap<string, string>;
}

const PARTS = /^([a-zA-Z_:][\w:.]*)?(?:\{(.*)\})?$/s;
const LABEL = /^\s*([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/s;

/** Reads `metric{label="value",…}`. undefined: it is none */
export function parseSelector(text: string): Selector | undefined {
  const [whole, named, inside = ''] = PARTS.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const labels = new Map<string, string>();
  let rest = inside.trim();
  while (rest !== '') {
    const [found, name, value] = LABEL.exec(rest) ?? [];
    if (found === undefined || name === undefined || value === undefined) return undefined;
    labels.set(
      name,
      value.replace(/\\(.)/gs, (_, sign: string) => (sign === 'n' ? '\n' : sign)),
    );
    rest = rest.slice(found.length).trim();
  }
  const metric = named ?? labels.get('__name__') ?? '';
  labels.delete('__name__');
  return metric === '' && labels.size === 0 ? undefined : { metric, labels };
}

/** One name for each series, whatever the order of its labels. */
export function seriesName({ metric, labels }: Selector): string {
  if (labels.size === 0) return metric;
  const written = [...labels]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${metric}{${written.join(',')}}`;
}

/** The name of the series of a `metric` object, as the interfaces of Prometheus and VictoriaMetrics write it. undefined: it is none */
export function nameOfMetric(metric: unknown): string | undefined {
  if (typeof metric !== 'object' || metric === null) return undefined;
  const { __name__: name, ...labels } = metric as Readonly<Record<string, unknown>>;
  const texts = Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const own = typeof name === 'string' ? name : '';
  return own === '' && texts.length === 0 ? undefined : seriesName({ metric: own, labels: new Map(texts) });
}

/** Tells if the series has the metric and at least the labels of the selector. */
export function selects(selector: string, series: string): boolean {
  const [wanted, found] = [parseSelector(selector), parseSelector(series)];
  if (wanted === undefined || found === undefined) return false;
  if (wanted.metric !== '' && wanted.metric !== found.metric) return false;
  return [...wanted.labels].every(([name, value]) => found.labels.get(name) === value);
}
