import { readPayloadTime } from '../../../adapters/payload/payloadTime.ts';
import { type EpochMs, isRepresentable, toEpochMs, type ZoneOffset } from '../../../domain/time.ts';
import type { Faults, TakeRecorded } from '../recorded.ts';
import { nameOfMetric } from './seriesName.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Receiver of what a JSON value of a file tells. */
export interface JsonReader {
  readonly take: TakeRecorded;
  readonly faults: Faults;
  /** Zone of times without an offset. */
  readonly zone: ZoneOffset;
}

/** Keys of the time of a record, of its series, and of its value, the likeliest first. */
const TIMES = ['last_changed', 'last_updated', '_time', 'time', 'timestamp', 'ts', 'at', 'date', 'datetime', 'start'];
const NAMES = ['entity_id', 'statistic_id', 'series', 'sensor', 'name', 'metric', 'measurement', 'key', 'id'];
const VALUES = ['state', 'value', '_value', 'mean', 'reading', 'v'];

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads a JSON value: an answer of `query_range`, a line of VictoriaMetrics' export, Home Assistant's history (of its REST and of its websocket
 * interface), a record with a time, or a list of any of these.
 * @param where in the file
 */
export function readJsonHistory(value: unknown, where: string, reader: JsonReader): void {
  if (Array.isArray(value)) readList(value, where, reader);
  else if (!isObject(value)) reader.faults.note(where, 'no object');
  else if (isObject(value['data']) && Array.isArray(value['data']['result']))
    readList(value['data']['result'], where, reader);
  else if (isObject(value['metric'])) readMetric(value, where, reader);
  else if (isStateMap(value)) readStateMap(value, where, reader);
  else readRecord(value, where, reader);
}

/** In Home Assistant's list of one entity all but the first may leave its name out. */
function readList(list: readonly unknown[], where: string, reader: JsonReader): void {
  const [first] = list;
  const entity = isObject(first) ? first['entity_id'] : undefined;
  for (const [i, item] of list.entries()) {
    const named =
      entity !== undefined && isObject(item) && item['entity_id'] === undefined ? { ...item, entity_id: entity } : item;
    readJsonHistory(named, `${where}[${i}]`, reader);
  }
}

/** `{metric, values: [[s, "1.5"], …]}` of Prometheus, and `{metric, values: [1.5, …], timestamps: [ms, …]}` of VictoriaMetrics. */
function readMetric(
  { metric, values, value, timestamps }: JsonObject,
  where: string,
  { take, faults }: JsonReader,
): void {
  const series = nameOfMetric(metric);
  const pairs = pairsOf(values ?? (value === undefined ? undefined : [value]), timestamps);
  if (series === undefined || pairs === undefined) {
    faults.note(where, 'no metric with values');
    return;
  }
  for (const [i, [time, number]] of pairs.entries()) {
    const at = typeof time === 'number' ? (timestamps === undefined ? time * 1000 : time) : Number.NaN;
    if (isRepresentable(at)) take({ series, at: toEpochMs(at), value: number === 'NaN' ? null : number });
    else faults.note(`${where} value ${i}`, 'its time cannot be read');
  }
}

function pairsOf(values: unknown, timestamps: unknown): readonly (readonly [unknown, unknown])[] | undefined {
  if (!Array.isArray(values)) return undefined;
  if (timestamps === undefined)
    return values.map((pair): [unknown, unknown] =>
      Array.isArray(pair) ? [pair[0], pair[1]] : [undefined, undefined],
    );
  if (!Array.isArray(timestamps) || timestamps.length !== values.length) return undefined;
  return values.map((value, i): [unknown, unknown] => [timestamps[i], value]);
}

/** `{"sensor.hall": [{"s": "21.5", "lu": 1700000000.5, "a": {…}}, …], …}` */
function isStateMap(value: JsonObject): boolean {
  const lists = Object.values(value);
  return lists.length > 0 && lists.every((list) => Array.isArray(list) && (list.length === 0 || isCompact(list[0])));
}

function isCompact(state: unknown): boolean {
  return isObject(state) && 's' in state && ('lu' in state || 'lc' in state);
}

function readStateMap(value: JsonObject, where: string, { take, faults }: JsonReader): void {
  for (const [series, list] of Object.entries(value)) {
    let unit: string | undefined;
    for (const [i, state] of (list as readonly unknown[]).entries()) {
      const { s, lu, lc, a } = isObject(state) ? state : {};
      const time = lu ?? lc;
      unit = unitOf(a) ?? unit;
      const at = typeof time === 'number' ? time * 1000 : Number.NaN;
      if (isRepresentable(at)) take({ series, at: toEpochMs(at), value: s, unit });
      else faults.note(`${where} ${series}[${i}]`, 'it has no time');
    }
  }
}

/** One object with a time: its series is named in it, or each of its numbers is one, by its dotted path. */
function readRecord(record: JsonObject, where: string, { take, faults, zone }: JsonReader): void {
  const at = timeIn(record, zone);
  if (at === undefined) {
    faults.note(where, 'it has no time that can be read');
    return;
  }
  const name = NAMES.map((key) => record[key]).find((found) => typeof found === 'string');
  const key = VALUES.find((candidate) => Object.hasOwn(record, candidate));
  if (typeof name === 'string' && key !== undefined)
    take({ series: name, at, value: record[key], unit: unitOf(record['attributes']) ?? unitOf(record) });
  else each(record, '', (series, value) => take({ series, at, value }));
}

function timeIn(record: JsonObject, zone: ZoneOffset): EpochMs | undefined {
  for (const key of TIMES) {
    const at = Object.hasOwn(record, key) ? readPayloadTime(record[key], zone, toEpochMs(0)) : undefined;
    if (at !== undefined) return at;
  }
  return undefined;
}

const DEEPEST = 8;

/** Numbers, and what stands in their place, but for the time. */
function each(value: JsonObject, base: string, visit: (path: string, value: unknown) => void, depth = 0): void {
  for (const [key, inner] of Object.entries(value)) {
    const path = base === '' ? key : `${base}.${key}`;
    if (base === '' && TIMES.includes(key)) continue;
    if (isObject(inner)) {
      if (depth < DEEPEST) each(inner, path, visit, depth + 1);
    } else if (!Array.isArray(inner)) visit(path, inner);
  }
}

function unitOf(attributes: unknown): string | undefined {
  const unit = isObject(attributes) ? attributes['unit_of_measurement'] : undefined;
  return typeof unit === 'string' && unit !== '' ? unit : undefined;
}
