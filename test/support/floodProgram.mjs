// Floods the built pipeline with new topics beside a few steady streams, and prints what that cost as JSON. Run with
// --expose-gc: node test/support/floodProgram.mjs TOPICS STREAMS MODEL (MODEL: YAML of `model`).
import { Subject } from 'rxjs';
import { createIntake } from '#built/adapters/mqtt/inbound/inbound';
import { matchesFilter } from '#built/adapters/mqtt/inbound/topicFilter';
import { createDecoder } from '#built/adapters/payload/decoder';
import { parseConfig } from '#built/config/parseConfig';
import { ByteRange } from '#built/domain/byteRange';
import { OutputBytes } from '#built/domain/outputBytes';
import { toDurationMs, toEpochMs } from '#built/domain/time';
import { createLearnerFactory } from '#built/hosts/createLearnerFactory';
import { createInlineHost } from '#built/hosts/inlineHost';
import { StreamMachines } from '#built/hosts/stream/streamMachines';
import { Publisher } from '#built/outlets/results/publisher';
import { forecastPipeline } from '#built/pipeline/forecastPipeline';
import { createTelemetry } from '#built/telemetry/telemetry';

const [topics, streams, model] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];
const STEADY = 10;
const EVERY = 50;
const config = parseConfig(
  `mqtt: {server: "mqtt://h"}\ndefaults: {model: {${model}}}\nlimits: {streams: ${streams}}\nstreams: [{topic: "#"}]`,
  'flood.yaml',
  { env: {}, hostname: 'flood', directory: '.', readFile: () => '' },
);

let now = 1.79e12;
const clock = { now: () => toEpochMs(now) };
let logLines = 0;
const count = () => logLines++;
const log = { error: count, warning: count, info: count, debug: () => undefined };
const telemetry = createTelemetry({ log, clock });
const alive = new Set();
const report = (event) => {
  telemetry.report(event);
  if (event.type === 'StreamStarted') alive.add(event.stream);
  if (event.type !== 'StreamEvicted') return;
  alive.delete(event.stream);
  publisher.forget(event.stream);
};
const zone = () => () => toDurationMs(0);
const decoder = createDecoder({
  specs: config.streams,
  limits: config.limits,
  zoneOffsetOf: zone,
  report,
  matchesFilter,
  maxTopics: config.limits.streams,
});
const { settingsOf, sensorOf } = decoder;
const out = new OutputBytes(1024);
const publisher = new Publisher({
  baseTopic: 'tidegate',
  publish: () => true,
  publishTo(_topic, payload) {
    out.length = 0;
    payload.writeTo(out);
    return true;
  },
  settingsOf,
  sensorOf,
  giveUp: () => undefined,
  isAlive: (stream) => alive.has(stream),
});
const host = createInlineHost({ ...createLearnerFactory(settingsOf, undefined, report), report });
const { machineFor } = new StreamMachines({ settingsOf, zoneOffsetOf: zone, learners: host, report, isKept: false });
const intake = createIntake({
  filters: ['#'],
  formerFilters: [],
  identifierBase: 0,
  baseTopic: 'tidegate',
  clock,
  report,
  acks: 'at-once',
});
const inbound$ = new Subject();
intake.inbound$.subscribe(inbound$);
const steady = new Map();
let largest = 0;
inbound$
  .pipe(
    forecastPipeline(
      {
        decode: decoder.decode,
        settingsOf,
        machineFor,
        host,
        report,
        clock,
        delay(run, after) {
          const timer = setTimeout(run, after);
          return () => clearTimeout(timer);
        },
        onNextTurn(run) {
          run();
          return () => undefined;
        },
      },
      {
        maxStreams: streams,
        maxBatch: 64,
        maxQueue: 1000,
        maxBytes: config.limits.queueMemory,
        credit: 64,
        overflow: 'coalesce',
        throttle: true,
      },
    ),
  )
  .subscribe((forecast) => {
    publisher.forecast(forecast);
    if (forecast.stream.startsWith('steady/')) steady.set(forecast.stream, forecast.toForecast().samples);
  });

let steadySent = 0;
function flood(from, to) {
  for (let i = from; i < to; i++) {
    now += 1;
    intake.take(`new/${i}/topic`, ByteRange.of(Buffer.from(String(i % 100))), { retain: false }, undefined);
    if (i % EVERY !== 0) continue;
    now += 1000;
    steadySent++;
    for (let s = 0; s < STEADY; s++)
      intake.take(`steady/${s}`, ByteRange.of(Buffer.from(String((i * 7 + s) % 50))), { retain: false }, undefined);
    largest = Math.max(largest, alive.size);
  }
}

function memory() {
  for (let i = 0; i < 4; i++) globalThis.gc?.();
  return process.memoryUsage();
}

// Until all that may be held is held.
const first = Math.max(20_000, 12 * streams);
flood(0, first);
const before = memory();
flood(first, first + topics);
const after = memory();
const { streamsEvicted } = telemetry.counters;
console.log(
  JSON.stringify({
    rssGrowthMb: (after.rss - before.rss) / 1e6,
    heapGrowthMb: (after.heapUsed + after.external - before.heapUsed - before.external) / 1e6,
    largest,
    streamsEvicted,
    logLines,
    minutes: (now - 1.79e12) / 60_000,
    steadySent,
    steady: [...steady.values()],
  }),
);
process.exit(0);
