import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DROP_REASONS } from '../../../src/domain/dropReason.ts';
import { Exposition, FAMILIES, OPEN_METRICS, PREFIX, TEXT } from '../../../src/outlets/metrics/exposition.ts';
import { GradientNorms } from '../../../src/outlets/metrics/gradientNorms.ts';
import { StreamTable } from '../../../src/outlets/metrics/streamTable.ts';
import { Counters } from '../../../src/telemetry/counters.ts';
import { countEvent, rowOf } from '../../../src/telemetry/eventTable.ts';
import { LatencyMeter } from '../../../src/telemetry/latencyMeter.ts';
import { idOf } from '../../pipeline/samples.ts';
import { slowness } from '../../support/slowness.ts';
import { EVENTS } from '../../telemetry/events.ts';
import { sourcesOf, tableOf } from './metricSources.ts';

interface Parsed {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{([^\n]*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/g;

/** Reads the text format as Prometheus does. @throws where a line is none of it */
function parseText(text: string): readonly Parsed[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const found = LINE.exec(line);
      if (found === null) throw new Error(`no line of the format: ${line}`);
      const [, name = '', inside = '', value = ''] = found;
      const labels = Object.fromEntries(
        [...inside.matchAll(LABEL)].map(([, key, raw]) => [key, unescaped(raw as string)]),
      );
      if ([...inside.matchAll(LABEL)].map(([all]) => all).join('') !== inside) throw new Error(`no labels: ${inside}`);
      return { name, labels, value };
    });
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}

const ours = (text: string): readonly Parsed[] => parseText(text).filter(({ name }) => name.startsWith(PREFIX));
const valuesOf = (text: string, name: string): Record<string, number> =>
  Object.fromEntries(
    ours(text)
      .filter((line) => line.name === `${PREFIX}${name}`)
      .map(({ labels, value }) => [Object.values(labels).join(' '), Number(value)]),
  );

describe('the exposition', () => {
  it('tells what is counted, as the rules of Prometheus want it', async () => {
    const sources = sourcesOf({ streams: tableOf(['plug/power']) });
    countEvent(sources.health.counters, EVENTS.MessageReceived);
    const text = await new Exposition(sources).write(TEXT);
    expect(text).toContain(
      '# HELP tidegate_mqtt_connected 1 while the broker is connected, else 0.\n# TYPE tidegate_mqtt_connected gauge\ntidegate_mqtt_connected 1\n',
    );
    expect(text).toContain(
      '# TYPE tidegate_mqtt_messages_received_total counter\ntidegate_mqtt_messages_received_total 1\n',
    );
    expect(text).toContain('tidegate_samples_total{stream="plug/power"} 1234\n');
    expect(text).toContain('tidegate_stream_last_sample_timestamp_seconds{stream="plug/power"} 1700000000.5\n');
    expect(text).toContain('tidegate_forecast_error_ratio{stream="plug/power"} 0.8\n');
    expect(text).toContain(
      'tidegate_stream_info{stream="plug/power",topic="plug/power",field="power",unit="W",device_class="power",interval="0.9"} 1\n',
    );
    expect(text).toContain('tidegate_learner_active_seconds_total{thread="1"} 1.5\n');
    expect(text).toContain('tidegate_state_last_save_timestamp_seconds 1700000000.25\n');
    expect(valuesOf(text, 'queue_bytes')).toEqual({ learners: 1600, journal: 57, states: 900 });
    expect(valuesOf(text, 'state_degraded')).toEqual({ 'not-written': 0, damaged: 0 });
    for (const name of [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_p99_seconds',
    ])
      expect(parseText(text).map((line) => line.name)).toContain(name);
  });

  it('counts batches of the learners by size and by time', async () => {
    for (const type of [TEXT, OPEN_METRICS]) {
      const text = await new Exposition(sourcesOf()).write(type);
      expect(text).toContain('# TYPE tidegate_learner_batch_steps histogram\n');
      expect(valuesOf(text, 'learner_batch_steps_bucket')).toMatchObject({ 1: 1, 50: 1, 100: 2, 2000: 2, '+Inf': 3 });
      expect(valuesOf(text, 'learner_batch_steps_sum')).toEqual({ '': 5065 });
      expect(valuesOf(text, 'learner_batch_steps_count')).toEqual({ '': 3 });
      const times = valuesOf(text, 'learner_batch_duration_seconds_bucket');
      expect(times).toMatchObject({ '0.00005': 1, '0.005': 1, '0.01': 2, 10: 2, '+Inf': 3 });
      expect(valuesOf(text, 'learner_batch_duration_seconds_sum')['']).toBeCloseTo(20.00704, 5);
    }
  });

  it('counts readings by the time until their forecast', async () => {
    let now = 0;
    const latency = new LatencyMeter(() => now);
    const sources = sourcesOf();
    latency.arrived(idOf('plug/power'));
    now = 3;
    latency.issued(idOf('plug/power'));
    const text = await new Exposition({ ...sources, health: { ...sources.health, latency } }).write(TEXT);
    expect(valuesOf(text, 'sample_latency_seconds_bucket')).toMatchObject({ '0.0025': 0, '0.005': 1, '+Inf': 1 });
    expect(valuesOf(text, 'sample_latency_seconds_sum')).toEqual({ '': 0.003 });
  });

  it('has the gradients of networks as of the scrape before, of a hundred streams more with each', async () => {
    const names = Array.from({ length: 150 }, (_, i) => `s${i}`);
    const network = { rate: 0.001, updates: 3, rollbacks: 0, frozenUntil: null };
    const asked: string[] = [];
    const gradients = new GradientNorms(async (stream) => {
      asked.push(stream);
      if (stream === 's7') throw new Error('gone');
      return {
        ...{ samples: 1, experts: [], baselines: [], horizons: [], memories: [] },
        networks: [
          { network: 'lstm_direct', gradientNorm: asked.length, ...network },
          { network: 'lstm_residual', gradientNorm: null, ...network },
        ],
      };
    });
    const streams = tableOf(names);
    const exposition = new Exposition(sourcesOf({ streams, gradients }));
    const found = [];
    for (let i = 0; i < 3; i++) found.push(Object.keys(valuesOf(await exposition.write(TEXT), 'gradient_norm')).length);
    expect(found).toEqual([0, 99, 149]);
    expect(valuesOf(await exposition.write(TEXT), 'gradient_norm')['s0 lstm_direct']).toBeGreaterThan(100);
    for (const name of names.slice(1)) streams.change({ kind: 'evicted', stream: idOf(name) });
    expect(Object.keys(valuesOf(await exposition.write(TEXT), 'gradient_norm'))).toEqual(['s0 lstm_direct']);
  });

  it('has a series for each reason from the start, so that the first of them is an increase', async () => {
    const text = await new Exposition(sourcesOf()).write(TEXT);
    expect(Object.keys(valuesOf(text, 'samples_rejected_total')).sort()).toEqual(Object.keys(DROP_REASONS).sort());
    expect(valuesOf(text, 'mqtt_publish_dropped_total')).toMatchObject({ 'slow-broker': 0 });
  });

  const counted = Object.values(EVENTS).filter((event) => rowOf(event).count !== null);
  it.each(counted.map((event) => [event.type, event] as const))(
    'shows each event that is counted: %s',
    async (_, event) => {
      const counters = new Counters();
      const base = sourcesOf();
      const exposition = new Exposition({ ...base, health: { ...base.health, counters } });
      if (event.type === 'FieldSeen') countEvent(counters, EVENTS.FieldNeverSeen);
      const before = ours(await exposition.write(TEXT));
      countEvent(counters, event);
      expect(ours(await exposition.write(TEXT))).not.toEqual(before);
    },
  );

  it('leaves out what is not known', async () => {
    const sources = sourcesOf({ health: { counters: new Counters() }, lastSaved: () => undefined });
    sources.streams.change({ kind: 'started', stream: 'new' as never });
    const text = await new Exposition(sources).write(TEXT);
    expect(text).not.toMatch(/Nan|NaN|undefined|null/);
    expect(valuesOf(text, 'anomaly_score')).toEqual({});
    expect(valuesOf(text, 'anomaly')).toEqual({ new: 0 });
    expect(valuesOf(text, 'streams')).toMatchObject({ starting: 1, active: 0, unknown: 0 });
    expect(ours(text).some(({ name }) => name === `${PREFIX}state_written_bytes_total`)).toBe(false);
  });

  it('has at most as many streams as it may, and says how many it leaves off', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `s${i}`);
    const text = await new Exposition(sourcesOf({ streams: tableOf(names, 20) })).write(TEXT);
    expect(Object.keys(valuesOf(text, 'anomaly_score'))).toEqual(names.slice(0, 20));
    expect(valuesOf(text, 'streams')).toMatchObject({ active: 20, unknown: 10 });
    const none = await new Exposition(sourcesOf({ streams: tableOf(names, 0) })).write(TEXT);
    expect(none).not.toContain('stream="');
  });

  it('lets no name of a stream, topic or unit forge a line or a label', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), async (name) => {
        const streams = new StreamTable(1);
        streams.change({ kind: 'started', stream: name as never });
        const sensor = { topic: name, path: name, unit: name, deviceClass: name, isSilent: false };
        const text = await new Exposition(sourcesOf({ streams, sensorOf: () => sensor })).write(TEXT);
        const [info] = ours(text).filter((line) => line.name === `${PREFIX}stream_info`);
        expect(info?.labels).toMatchObject({ stream: name, topic: name, field: name, unit: name, device_class: name });
      }),
      { numRuns: 50 },
    );
  });

  it('speaks OpenMetrics: counters by their bare names, and an end; and plain text again after it', async () => {
    const exposition = new Exposition(sourcesOf({ streams: tableOf(['s']) }));
    const plain = await exposition.write(TEXT);
    const open = await exposition.write(OPEN_METRICS);
    expect(open).toMatch(/\n# EOF\n$/);
    expect(open).toContain('# TYPE tidegate_samples counter\ntidegate_samples_total{stream="s"} 1234\n');
    for (const { name, type } of FAMILIES)
      if (type === 'counter') expect(open).toContain(`# TYPE ${PREFIX}${name.replace(/_total$/, '')} counter`);
    expect(ours(open).map(({ name }) => name)).toEqual(ours(plain).map(({ name }) => name));
    expect(ours(await exposition.write(TEXT))).toEqual(ours(plain));
  });

  it('names each family once, in base units, and counters alone with _total', () => {
    expect(new Set(FAMILIES.map(({ name }) => name)).size).toBe(FAMILIES.length);
    for (const { name, type, help } of FAMILIES) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect([name, type === 'counter']).toEqual([name, name.endsWith('_total')]);
      expect(name).not.toMatch(/_(?:ms|milliseconds|kb|mb|percent|minutes)(?:_|$)/);
      expect(help).toMatch(/^[A-Z1].*\.$/);
    }
  });

  it('takes at most 50 ms of a processor for a thousand streams', async () => {
    const streams = tableOf(Array.from({ length: 1000 }, (_, i) => `zigbee2mqtt/room ${i}/temperature`));
    const exposition = new Exposition(sourcesOf({ streams }));
    for (let i = 0; i < 5; i++) await exposition.write(TEXT);
    const factor = slowness();
    const since = process.cpuUsage();
    const text = await exposition.write(TEXT);
    const { user, system } = process.cpuUsage(since);
    expect(Object.keys(valuesOf(text, 'anomaly_score'))).toHaveLength(1000);
    expect((user + system) / 1000).toBeLessThan(50 * factor);
  });
});
