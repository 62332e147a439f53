import type { DropReason } from '../../../domain/dropReason.ts';
import { isRepresentable, toEpochMs } from '../../../domain/time.ts';
import { createRecentMap } from '../recentMap.ts';
import type { Dialect, ReadDialect, ReadingSink } from './dialect.ts';
import { type Metric, readSparkplug } from './sparkplugPayload.ts';

const MOST_NODES = 1000;
/** Devices of one node, and metrics of one of them, whose names are remembered. */
const MOST_DEVICES = 1000;
const MOST_METRICS = 20_000;

/** Datatypes that are numbers: Int8 to Double. 11 is Boolean. */
const LAST_NUMBER = 10;
const BOOLEAN = 11;
/** Metrics about the node itself and its orders. */
const CONTROL = /^(?:bdSeq$|Node Control\/|Device Control\/|Node Info\/|Properties\/)/;

interface Known {
  readonly name: string;
  readonly datatype: number | undefined;
}
/** Metrics of a device, or of the node itself, by alias and by name. */
interface Births {
  readonly byAlias: Map<number, Known>;
  readonly byName: Map<string, Known>;
}
/** By device; empty text: the node itself. */
type Node = Map<string, Births>;

/**
 * Sparkplug B 3.0: `spBv1.0/<group>/<type>/<node>[/<device>]`. Births tell the names behind aliases; what comes before them is counted
 * as `unnamed`. The death of a node takes its names with it.
 */
export const sparkplug: Dialect = {
  name: 'sparkplug-b',
  hasManyTopics: true,
  fits: ({ levels }) => levels[0] === 'spBv1.0' && levels.length >= 3,
  create: createReader,
};

function createReader(): ReadDialect {
  const nodes = createRecentMap<string, Node>(MOST_NODES);
  return (message, out) => {
    const [, group, type, name, device = ''] = message.levels;
    if (group === 'STATE' || name === undefined) return 'not-a-reading';
    const key = `${group}/${name}`;
    if (type === 'NDEATH' || type === 'DDEATH') {
      if (type === 'NDEATH') nodes.set(key, new Map());
      else nodes.get(key)?.delete(device);
      out.tellPresence(`spBv1.0/${key}${device === '' ? '' : `/${device}`}/#`, false);
      return 'availability';
    }
    if (!/^[ND](?:BIRTH|DATA)$/.test(type)) return 'not-a-reading';
    const payload = readSparkplug(message.bytes);
    if (payload === undefined) return 'not-decodable';
    const node: Node = type === 'NBIRTH' ? new Map() : (nodes.get(key) ?? new Map<string, Births>());
    nodes.set(key, node);
    const births = type.endsWith('BIRTH') ? learn(node, device, payload.metrics) : node.get(device);
    if (type.endsWith('BIRTH')) out.tellPresence(`spBv1.0/${key}${device === '' ? '' : `/${device}`}/#`, true);
    const base = `spBv1.0/${group}/${name}${device === '' ? '' : `/${device}`}`;
    for (const metric of payload.metrics) offerMetric(metric, births, payload.timestamp, base, out);
    return 'not-a-reading';
  };
}

/** The newest birth says all names. */
function learn(node: Node, device: string, metrics: readonly Metric[]): Births {
  const births: Births = { byAlias: new Map(), byName: new Map() };
  for (const { name, alias, datatype } of metrics) {
    if (name === undefined || births.byName.size >= MOST_METRICS) continue;
    const known = { name, datatype };
    births.byName.set(name, known);
    if (alias !== undefined) births.byAlias.set(alias, known);
  }
  if (node.has(device) || node.size < MOST_DEVICES) node.set(device, births);
  return births;
}

function offerMetric(
  metric: Metric,
  births: Births | undefined,
  sentAt: number | undefined,
  base: string,
  out: ReadingSink,
): void {
  const { name: told, alias, timestamp = sentAt, unit } = metric;
  const known = told !== undefined ? births?.byName.get(told) : births?.byAlias.get(alias ?? Number.NaN);
  const name = told ?? known?.name;
  const datatype = metric.datatype ?? known?.datatype;
  if (name !== undefined && (CONTROL.test(name) || !isNumeric(datatype))) return;
  const reason = name === undefined ? 'unnamed' : reasonAgainst(metric);
  if (name === undefined || reason !== undefined) {
    out.refuse(reason ?? 'unnamed');
    return;
  }
  const value = datatype === BOOLEAN ? metric.value === true || metric.value === 1 : metric.value;
  const at = timestamp !== undefined && isRepresentable(timestamp) ? toEpochMs(timestamp) : undefined;
  if (unit !== undefined) out.declare(base, name, { unit });
  out.offer(value, name, at, undefined, base);
}

function isNumeric(datatype: number | undefined): boolean {
  return datatype === undefined || datatype <= LAST_NUMBER || datatype === BOOLEAN;
}

function reasonAgainst({ isHistorical, isNull, value }: Metric): DropReason | undefined {
  if (isHistorical) return 'historical';
  if (isNull) return 'missing';
  return value === undefined ? 'not-a-number' : undefined;
}
