import { matchesFilter } from '../../src/adapters/mqtt/inbound/topicFilter.ts';
import { createDecoder } from '../../src/adapters/payload/decoder.ts';
import { parseConfig } from '../../src/config/parseConfig.ts';
import type { Decode } from '../../src/domain/decode.ts';
import type { Inbound } from '../../src/domain/sample.ts';
import { toDurationMs, toEpochMs } from '../../src/domain/time.ts';
import { IS_QUICK, median, printTable, writeReport } from './report.ts';

// CPU time to decode a message of Zigbee2MQTT with eight fields, beside that of `JSON.parse` of its bytes, in one process, in turn.

const REPEATS = IS_QUICK ? 5 : 15;
const MESSAGES = 1000;
const ROUNDS = IS_QUICK ? 20 : 60;
const TOPICS = 50;

const ENTRIES: Readonly<Record<string, string>> = {
  'source: auto': 'source: auto',
  'fields: auto': 'fields: auto',
  'seven fields': 'fields: [temperature, humidity, pressure, power, voltage, current, illuminance]',
};

function payloadOf(i: number, more: object): string {
  const climate = { temperature: 20 + (i % 50) / 10, humidity: 40 + (i % 30) / 10, pressure: 1010 + (i % 5) };
  const plug = { power: 12.5 + (i % 7), voltage: 230 + (i % 3), current: 0.41 };
  return JSON.stringify({ ...climate, ...plug, illuminance: i % 100, linkquality: 80 + (i % 40), ...more });
}

function messagesWith(more: object): readonly Inbound[] {
  return Array.from({ length: MESSAGES }, (_, i) => ({
    topic: `zigbee2mqtt/device${i % TOPICS}`,
    payload: Buffer.from(payloadOf(i, more)),
    receivedAt: toEpochMs(1_790_000_000_000 + i),
    retained: false,
  }));
}

function decoderOf(entry: string): Decode {
  const text = `mqtt: {server: mqtt://h}\nstreams: [{topic: "zigbee2mqtt/#", ${entry}}]\n`;
  const config = parseConfig(text, 'bench', { env: {}, hostname: 'h', directory: '/', readFile: () => '' });
  return createDecoder({
    specs: config.streams,
    limits: config.limits,
    zoneOffsetOf: () => () => toDurationMs(0),
    report: () => undefined,
    matchesFilter,
    maxTopics: 1000,
    takesRetained: false,
  }).decode;
}

/** Keeps the compiler from leaving out what has no effect. */
let sum = 0;

function cpuPerMessage(run: () => void): number {
  const before = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round++) run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / ROUNDS / MESSAGES;
}

function measure(entry: string, more: object): readonly [decode: number, parse: number] {
  const messages = messagesWith(more);
  const decode = decoderOf(entry);
  const runs = [
    () => {
      for (const message of messages) sum += decode(message).samples.length;
    },
    () => {
      for (const { payload } of messages) sum += (JSON.parse(payload.toString()) as { power: number }).power;
    },
  ];
  for (const run of runs) for (let i = 0; i < ROUNDS; i++) run();
  const times: readonly number[][] = [[], []];
  for (let i = 0; i < REPEATS; i++) for (const [k, run] of runs.entries()) times[k]?.push(cpuPerMessage(run));
  return [median(times[0] as number[]), median(times[1] as number[])];
}

const TIMES: Readonly<Record<string, object>> = {
  '': {},
  ', with an ISO last_seen': { last_seen: '2026-11-30T14:00:00.123Z' },
  ', with an epoch last_seen': { last_seen: 1_790_000_000_123 },
};
const CASES = Object.entries(ENTRIES).flatMap(([name, entry]) =>
  Object.entries(TIMES).map(([time, more]) => ({ name: `${name}${time}`, entry, more })),
);
const results = CASES.map(({ name, entry, more }) => {
  const [decode, parse] = measure(entry, more);
  return { name, decode, parse, ratio: decode / parse };
});
const table = printTable(
  'Decoding a message of Zigbee2MQTT with eight fields, µs of CPU time',
  ['entry', 'decode', 'JSON.parse of its bytes', 'ratio'],
  results.map(({ name, decode, parse, ratio }) => [name, decode.toFixed(2), parse.toFixed(2), ratio.toFixed(2)]),
);
if (sum === 0) throw new Error('nothing was decoded');
writeReport('decode', { repeats: REPEATS, results }, [table]);
