import { decode } from 'cborg';
import type { EpochMs } from '../../../domain/time.ts';
import { LONGEST_BATCH } from '../batch.ts';
import { readPayloadTime } from '../payloadTime.ts';
import type { Dialect, DialectMessage, ReadingSink } from './dialect.ts';

type Record_ = Readonly<Record<string, unknown>>;

/** Labels in CBOR (RFC 8428, table 4). */
const LABELS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  ...([
    [-1, 'bver'],
    [-2, 'bn'],
    [-3, 'bt'],
    [-4, 'bu'],
    [-5, 'bv'],
    [-6, 'bs'],
    [0, 'n'],
    [1, 'u'],
    [2, 'v'],
    [3, 'vs'],
    [4, 'vb'],
    [5, 's'],
    [6, 't'],
    [7, 'ut'],
    [8, 'vd'],
  ] as const),
]);
const KNOWN: ReadonlySet<string> = new Set(LABELS.values());
const VALUES = ['v', 'vs', 'vb', 'vd', 's'];

/** Times below this are relative to now, in seconds (RFC 8428, 4.5.3). */
const RELATIVE_BELOW = 2 ** 28;
const LAST_VERSION = 10;
const MEDIA = /^application\/sen(?:s)?ml\+(?:json|cbor)/;

/** SenML (RFC 8428), JSON and CBOR, on any topic: the names in it are those of its streams. */
export const senml: Dialect = {
  name: 'senml',
  saysUnits: true,
  fits(message) {
    if (MEDIA.test(message.contentType ?? '')) return true;
    const pack = packOf(message);
    return pack !== undefined && looksLikeSenml(pack);
  },
  create: () => (message, out) => {
    const pack = packOf(message);
    if (pack === undefined) return message.content.kind === 'text' ? 'not-a-reading' : 'not-decodable';
    if (pack.some(mustBeUnderstood)) return 'not-decodable';
    if (pack.length > LONGEST_BATCH) out.refuse('too-large');
    return readPack(pack.slice(0, LONGEST_BATCH), message, out);
  },
};

/** Records of the pack; undefined: it is no list of objects. */
function packOf({ content, bytes }: DialectMessage): readonly Record_[] | undefined {
  const root: unknown =
    content.kind === 'json' ? content.root : content.kind === 'refused' ? fromCbor(bytes) : undefined;
  return Array.isArray(root) && root.length > 0 && root.every(isRecord) ? root : undefined;
}

function isRecord(value: unknown): value is Record_ {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Only arrays, which in CBOR begin with one of these bytes, are tried. */
function fromCbor(bytes: Uint8Array): unknown {
  if (bytes.length === 0 || (bytes[0] & 0xe0) !== 0x80) return undefined;
  try {
    const pack: unknown = decode(bytes, { useMaps: true, rejectDuplicateMapKeys: true });
    return Array.isArray(pack) ? pack.map(fromMap) : undefined;
  } catch {
    return undefined;
  }
}

function fromMap(record: unknown): unknown {
  if (!(record instanceof Map)) return undefined;
  const entries = [...(record as ReadonlyMap<unknown, unknown>)];
  return Object.fromEntries(entries.map(([label, value]) => [LABELS.get(label) ?? String(label), toNumber(value)]));
}

/** Long integers come as bigint. */
function toNumber(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

/** Names, values, and nothing that SenML has no label for unless a base name says what it is. */
function looksLikeSenml(pack: readonly Record_[]): boolean {
  const [first] = pack;
  const isNamed = typeof first['bn'] === 'string' || pack.every((record) => typeof record['n'] === 'string');
  if (!isNamed || !pack.some((record) => VALUES.some((label) => Object.hasOwn(record, label)))) return false;
  return typeof first['bn'] === 'string' || pack.every((record) => Object.keys(record).every((key) => KNOWN.has(key)));
}

/** A label that ends with `_` must be understood, and so must a newer version (RFC 8428, 4.4). */
function mustBeUnderstood(record: Record_): boolean {
  const { bver } = record;
  return (typeof bver === 'number' && bver > LAST_VERSION) || Object.keys(record).some((key) => key.endsWith('_'));
}

function readPack(pack: readonly Record_[], { topic, receivedAt }: DialectMessage, out: ReadingSink): 'not-a-number' {
  const base = { bn: '', bt: 0, bv: 0, bs: 0, bu: undefined as string | undefined };
  for (const record of pack) {
    if (typeof record['bn'] === 'string') base.bn = record['bn'];
    if (typeof record['bu'] === 'string') base.bu = record['bu'];
    base.bt = numberOf(record['bt']) ?? base.bt;
    base.bv = numberOf(record['bv']) ?? base.bv;
    base.bs = numberOf(record['bs']) ?? base.bs;
    const own = typeof record['n'] === 'string' ? record['n'] : '';
    const name = base.bn + own;
    const unit = typeof record['u'] === 'string' ? record['u'] : base.bu;
    const at = timeOf(base.bt + (numberOf(record['t']) ?? 0), receivedAt, out);
    if (at === 'unreadable') {
      out.refuse('bad-time');
      continue;
    }
    if (name === '') {
      out.refuse('bad-name');
      continue;
    }
    // A name without a base name is only known to its topic.
    const isGlobal = base.bn !== '' || name.includes(':');
    out.offer(valueIn(record, base), isGlobal ? undefined : name, at, () => unit, isGlobal ? name : topic);
  }
  return 'not-a-number';
}

function valueIn(record: Record_, { bv, bs }: { readonly bv: number; readonly bs: number }): unknown {
  const v = numberOf(record['v']);
  if (v !== undefined) return bv + v;
  if (Object.hasOwn(record, 'vb')) return record['vb'];
  if (VALUES.some((label) => label !== 's' && Object.hasOwn(record, label))) return {};
  const sum = numberOf(record['s']);
  if (sum !== undefined) return bs + sum;
  // A record of base values alone.
  return Object.hasOwn(record, 'n') && bv !== 0 ? bv : {};
}

/** undefined: its arrival. */
function timeOf(seconds: number, receivedAt: EpochMs, out: ReadingSink): EpochMs | undefined | 'unreadable' {
  if (seconds === 0) return undefined;
  const at = readPayloadTime(seconds < RELATIVE_BELOW ? receivedAt / 1000 + seconds : seconds, out.zone, receivedAt);
  return at ?? 'unreadable';
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
