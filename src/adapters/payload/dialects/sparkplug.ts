import type { DropReason } from '../../../domain/dropReason.ts';
import { isRepresentable, toEpochMs } from '../../../domain/time.ts';
import { createRecentMap } from '../recentMap.ts';
import type { Dialect, DialectMessage, DialectOptions, ReadDialect, ReadingSink } from './dialect.ts';
import { type Births, type KnownMetric, SparkplugNode } from './sparkplugNode.ts';
import { kindOf, type Metric, readSparkplug, type SparkplugPayload } from './sparkplugPayload.ts';

const MOST_NODES = 1000;

/** Datatypes that are numbers: Int8 to Double. 11 is Boolean. */
const LAST_NUMBER = 10;
const BOOLEAN = 11;
const SESSION = 'bdSeq';
/** Metrics about the node itself and its orders. */
const CONTROL = /^(?:bdSeq$|Node Control\/|Device Control\/|Node Info\/|Properties\/)/;

/**
 * Sparkplug B 3.0: `spBv1.0/<group>/<type>/<node>[/<device>]`. Births tell the names behind aliases; what comes before them is counted
 * as `unnamed`. The death of a node takes its names with it, unless it is that of an earlier session.
 */
export const sparkplug: Dialect = {
  name: 'sparkplug-b',
  begins: ['spBv1.0'],
  about: aboutSparkplug,
  hasManyTopics: true,
  fits: ({ levels }) => levels[0] === 'spBv1.0' && levels.length >= 3,
  create: createReader,
};

/** Births say the names behind aliases, and deaths who is gone. */
function aboutSparkplug([first, group, type, node, device]: readonly string[]): readonly string[] {
  if (first !== 'spBv1.0' || node === undefined || type === '#' || node === '#') return [];
  const topic = (kind: string, rest = ''): string => `spBv1.0/${group}/${kind}/${node}${rest}`;
  const ofNode = [topic('NBIRTH'), topic('NDEATH')];
  return device === undefined ? ofNode : [...ofNode, topic('DBIRTH', `/${device}`), topic('DDEATH', `/${device}`)];
}

function createReader({ rebirth = false }: DialectOptions): ReadDialect {
  const nodes = createRecentMap<string, SparkplugNode>(MOST_NODES);

  function nodeOf(key: string): SparkplugNode {
    const known = nodes.get(key) ?? new SparkplugNode();
    nodes.set(key, known);
    return known;
  }

  return (message, out) => {
    const [, group, type, name, device = ''] = message.levels;
    if (group === 'STATE' || name === undefined) return 'not-a-reading';
    const base = `spBv1.0/${group}/${name}${device === '' ? '' : `/${device}`}`;
    const node = nodeOf(`${group}/${name}`);
    if (type === 'NDEATH' || type === 'DDEATH') return readDeath(message, node, base, out);
    if (!/^[ND](?:BIRTH|DATA)$/.test(type)) return 'not-a-reading';
    const payload = readSparkplug(message.bytes);
    if (payload === undefined) return 'not-decodable';
    const { seq, metrics } = payload;
    if (type === 'NBIRTH') node.bear(seq, sessionOf(metrics));
    const missed = node.missedBefore(seq);
    if (missed > 0) out.report({ type: 'MessagesMissed', topic: message.topic, count: missed });
    const births = type.endsWith('BIRTH') ? node.learn(device, metrics) : node.birthsOf(device);
    if (type.endsWith('BIRTH')) out.tellPresence(`${base}/#`, true);
    const hasUnnamed = offerAll(payload, births, base, out);
    if (rebirth && (hasUnnamed || missed > 0) && node.mayAsk(message.receivedAt))
      out.report({ type: 'BirthWanted', group, node: name, at: message.receivedAt });
    return 'not-a-reading';
  };
}

function readDeath(
  { topic, levels, bytes }: DialectMessage,
  node: SparkplugNode,
  base: string,
  out: ReadingSink,
): DropReason {
  if (levels[2] === 'DDEATH') {
    const payload = readSparkplug(bytes);
    const missed = node.missedBefore(payload?.seq);
    if (missed > 0) out.report({ type: 'MessagesMissed', topic, count: missed });
    node.buryDevice(levels[4] ?? '');
  } else if (!node.bury(sessionOf(readSparkplug(bytes)?.metrics ?? []))) return 'availability';
  out.tellPresence(`${base}/#`, false);
  return 'availability';
}

function sessionOf(metrics: readonly Metric[]): number | undefined {
  const value = metrics.find(({ name }) => name === SESSION)?.value;
  return typeof value === 'number' ? value : undefined;
}

/** @returns whether a metric has a name that is not known */
function offerAll(
  { metrics, timestamp }: SparkplugPayload,
  births: Births | undefined,
  base: string,
  out: ReadingSink,
): boolean {
  let hasUnnamed = false;
  for (const metric of metrics) {
    const known = knownOf(metric, births);
    const name = metric.name ?? known?.name;
    if (name === undefined) {
      hasUnnamed = true;
      out.refuse('unnamed');
    } else offerMetric(metric, name, metric.datatype ?? known?.datatype, timestamp, base, out);
  }
  return hasUnnamed;
}

/** An alias counts for what its birth says only where the value is of the birth's kind: else it is one of a birth that was missed. */
function knownOf({ name, alias, kind }: Metric, births: Births | undefined): KnownMetric | undefined {
  if (name !== undefined) return births?.byName.get(name);
  const known = births?.byAlias.get(alias ?? Number.NaN);
  const expected = kindOf(known?.datatype);
  return kind === undefined || expected === undefined || kind === expected ? known : undefined;
}

function offerMetric(
  metric: Metric,
  name: string,
  datatype: number | undefined,
  sentAt: number | undefined,
  base: string,
  out: ReadingSink,
): void {
  if (CONTROL.test(name) || !isNumeric(datatype)) return;
  const { timestamp = sentAt, unit } = metric;
  if (unit !== undefined) out.declare(base, name, { unit });
  const reason = reasonAgainst(metric);
  if (reason !== undefined) {
    out.refuse(reason);
    return;
  }
  const value = datatype === BOOLEAN ? metric.value === true || metric.value === 1 : metric.value;
  const at = timestamp !== undefined && isRepresentable(timestamp) ? toEpochMs(timestamp) : undefined;
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
