import protobuf from 'protobufjs/minimal.js';

const { Reader } = protobuf;
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
  /** undefined: it has none that is a number or a boolean. */
  value: number | boolean | undefined;
}

export interface SparkplugPayload {
  readonly timestamp: number | undefined;
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
    while (wire.pos < wire.len) {
      const tag = wire.uint32();
      if (tag === 0) return undefined;
      if (tag === 1 << 3) timestamp = longOf(wire);
      else if (tag === ((2 << 3) | 2) && metrics.length < MOST_METRICS) metrics.push(readMetric(wire, wire.uint32()));
      else wire.skipType(tag & 7);
    }
    return { timestamp, metrics };
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
    value: undefined,
  };
  while (wire.pos < end) readField(metric, wire, wire.uint32());
  if (wire.pos !== end) throw new RangeError('a metric that is longer than it says');
  if (metric.value !== undefined) metric.value = signed(metric.value, metric.datatype);
  return metric;
}

/** @param tag number of the field, and in the lowest three bits how it is written */
function readField(metric: Metric, wire: Wire, tag: number): void {
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
    case 10 << 3:
      metric.value = wire.uint32();
      break;
    case 11 << 3:
      metric.value = longOf(wire);
      break;
    case (12 << 3) | 5:
      metric.value = wire.float();
      break;
    case (13 << 3) | 1:
      metric.value = wire.double();
      break;
    case 14 << 3:
      metric.value = wire.bool();
      break;
    default:
      if (tag === 0) throw new RangeError('a field without a number');
      wire.skipType(tag & 7);
  }
}

/** The text of the property `engUnit`, by which Sparkplug tools name the unit. */
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
  const unit = texts[keys.findIndex((key) => /^engUnit$/i.test(key))];
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
