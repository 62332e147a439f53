import protobuf from 'protobufjs/minimal.js';

const { Reader, Writer } = protobuf;
type Wire = InstanceType<typeof Reader>;

/** A metric of Sparkplug B 3.0, section 6.4.6, with what is needed of it. */
export interface Metric {
  name: string | undefined;
  alias: number | undefined;
  /** Milliseconds since 1970. */
  timestamp: number | undefined;
  datatype: number | undefined;
  isHistorical: boolean;
  isNull: boolean;
  unit: string | undefined;
  /** Kind of the value as it is written; undefined: it has none that is a number or a boolean. */
  kind: MetricKind | undefined;
  /** undefined: it has none that is a number or a boolean. */
  value: number | boolean | undefined;
}

export type MetricKind = 'integer' | 'float' | 'double' | 'boolean';

export interface SparkplugPayload {
  readonly timestamp: number | undefined;
  /** Number of the message among those of its node, 0 to 255. */
  readonly seq: number | undefined;
  readonly metrics: readonly Metric[];
}

/** Metrics of one payload; those beyond it are left out. */
const MOST_METRICS = 20_000;
const BYTES_OF_UNIT = 64;

/** Reads the protocol buffer; undefined where the bytes are none. */
export function readSparkplug(bytes: Uint8Array): SparkplugPayload | undefined {
  try {
    const wire = Reader.create(bytes);
    const metrics: Metric[] = [];
    let timestamp: number | undefined;
    let seq: number | undefined;
    while (wire.pos < wire.len) {
      const tag = wire.uint32();
      if (tag === 0) return undefined;
      if (tag === 1 << 3) timestamp = longOf(wire);
      else if (tag === 3 << 3) seq = toSeq(longOf(wire));
      else if (tag === ((2 << 3) | 2) && metrics.length < MOST_METRICS) metrics.push(readMetric(wire, wire.uint32()));
      else wire.skipType(tag & 7);
    }
    return { timestamp, seq, metrics };
  } catch {
    return undefined;
  }
}

function readMetric(wire: Wire, length: number): Metric {
  const end = endOf(wire, length);
  const metric: Metric = {
    name: undefined,
    alias: undefined,
    timestamp: undefined,
    datatype: undefined,
    isHistorical: false,
    isNull: false,
    unit: undefined,
    kind: undefined,
    value: undefined,
  };
  while (wire.pos < end) readField(metric, wire, wire.uint32());
  if (wire.pos !== end) throw new RangeError('a metric that is longer than it says');
  if (metric.value !== undefined) metric.value = signed(metric.value, metric.datatype);
  return metric;
}

/** Kinds of values by the tags of their fields. */
const KINDS: ReadonlyMap<number, MetricKind> = new Map([
  [10 << 3, 'integer'],
  [11 << 3, 'integer'],
  [(12 << 3) | 5, 'float'],
  [(13 << 3) | 1, 'double'],
  [14 << 3, 'boolean'],
]);

/** @param tag number of the field, and in the lowest three bits how it is written */
function readField(metric: Metric, wire: Wire, tag: number): void {
  const kind = KINDS.get(tag);
  if (kind !== undefined) {
    metric.kind = kind;
    metric.value = readValue(wire, tag, kind);
    return;
  }
  switch (tag) {
    case (1 << 3) | 2:
      metric.name = wire.string();
      break;
    case 2 << 3:
      metric.alias = longOf(wire);
      break;
    case 3 << 3:
      metric.timestamp = longOf(wire);
      break;
    case 4 << 3:
      metric.datatype = wire.uint32();
      break;
    case 5 << 3:
      metric.isHistorical = wire.bool();
      break;
    case 7 << 3:
      metric.isNull = wire.bool();
      break;
    case (9 << 3) | 2:
      metric.unit = readUnit(wire, wire.uint32());
      break;
    default:
      if (tag === 0) throw new RangeError('a field without a number');
      wire.skipType(tag & 7);
  }
}

/** Properties by which Sparkplug tools name the unit. */
const UNIT = /^(?:eng(?:ineering)?[ _]?units?|units?)$/i;

function readValue(wire: Wire, tag: number, kind: MetricKind): number | boolean {
  switch (kind) {
    case 'integer':
      return tag === 10 << 3 ? wire.uint32() : longOf(wire);
    case 'float':
      return wire.float();
    case 'double':
      return wire.double();
    case 'boolean':
      return wire.bool();
    default:
      return kind satisfies never;
  }
}

/** The text of the property that names the unit. */
function readUnit(wire: Wire, length: number): string | undefined {
  const end = endOf(wire, length);
  const keys: string[] = [];
  const texts: (string | undefined)[] = [];
  while (wire.pos < end) {
    const tag = wire.uint32();
    if (tag === ((1 << 3) | 2)) keys.push(wire.string());
    else if (tag === ((2 << 3) | 2)) texts.push(readText(wire, wire.uint32()));
    else wire.skipType(tag & 7);
  }
  if (wire.pos !== end) throw new RangeError('properties that are longer than they say');
  const unit = texts[keys.findIndex((key) => UNIT.test(key))];
  return unit !== undefined && unit.length <= BYTES_OF_UNIT ? unit : undefined;
}

function readText(wire: Wire, length: number): string | undefined {
  const end = endOf(wire, length);
  let text: string | undefined;
  while (wire.pos < end) {
    const tag = wire.uint32();
    if (tag === ((8 << 3) | 2)) text = wire.string();
    else wire.skipType(tag & 7);
  }
  if (wire.pos !== end) throw new RangeError('a property that is longer than it says');
  return text;
}

function endOf(wire: Wire, length: number): number {
  const end = wire.pos + length;
  if (end > wire.len) throw new RangeError('a part that is longer than its payload');
  return end;
}

/** The kind by which a datatype is written; undefined: none of a number or a boolean. */
export function kindOf(datatype: number | undefined): MetricKind | undefined {
  if (datatype === undefined) return undefined;
  if (datatype >= 1 && datatype <= 8) return 'integer';
  return ({ 9: 'float', 10: 'double', 11: 'boolean' } as const)[datatype as 9 | 10 | 11];
}

function toSeq(value: number): number | undefined {
  return value <= 255 ? value : undefined;
}

const BOOLEAN = 11;

/** Order to a node to send its birth again (Sparkplug B 3.0, 6.4.7: `Node Control/Rebirth`). @param now milliseconds since 1970 */
export function writeRebirth(now: number): Uint8Array {
  const metric = Writer.create();
  metric.uint32((1 << 3) | 2).string('Node Control/Rebirth');
  metric.uint32(3 << 3).uint64(now);
  metric.uint32(4 << 3).uint32(BOOLEAN);
  metric.uint32(14 << 3).bool(true);
  const payload = Writer.create();
  payload.uint32(1 << 3).uint64(now);
  payload.uint32((2 << 3) | 2).bytes(metric.finish());
  return payload.finish();
}

function longOf(wire: Wire): number {
  return Number(String(wire.uint64()));
}

/** Int8 to Int64 (datatypes 1 to 4) are written without their sign, in 32 or 64 bits. */
function signed(value: number | boolean, datatype: number | undefined): number | boolean {
  if (typeof value === 'boolean' || datatype === undefined || datatype < 1 || datatype > 4) return value;
  const range = datatype === 4 ? 2 ** 64 : 2 ** 32;
  if (value < range / 2) {
    // Some clients write the eight or sixteen bits alone.
    const bits = datatype === 1 ? 8 : datatype === 2 ? 16 : 0;
    return bits > 0 && value >= 2 ** (bits - 1) && value < 2 ** bits ? value - 2 ** bits : value;
  }
  return value - range;
}
