import type { ApiDoctor } from '../../../src/outlets/page/api.ts';

/** Answer of `api/health`. */
export const HEALTH: Readonly<Record<string, unknown>> = {
  ...{
    uptime_s: 86_400,
    rss_mb: 157.4,
    heap_mb: 41.2,
    event_loop_delay_ms: 1.3,
    cpu_share: 0.02,
    streams: 6,
    messages: 17_280,
    forecasts: 17_110,
  },
  ...{
    published: 17_110,
    withheld: 12,
    labels: 0,
    connects: 1,
    refusals: 0,
    overload_level: 0,
    networks_rolled_back: 0,
    networks_frozen: 0,
    failures: 0,
  },
  ...{ readings_per_minute: 1.2, learning_share: 1, broker: { address: 'mqtt://127.0.0.1:1883', connected: true } },
  limits: { memory_mb: 256, cpu_share: 4, writes_per_day: 200_000_000 },
  batches: { count: 840, readings: 20.4, half_within_ms: 2.5, most_within_ms: 25 },
  threads: [{ waiting: 0 }],
  waiting: { messages: 0, bytes: 0, most_bytes: 67_108_864, journal_bytes: 0, state_bytes: 0, outbound_bytes: 0 },
  dropped: { 'not-a-number': 3, late: 1 },
  publish_dropped: {},
  silent_filters: ['garden/+'],
  state: {
    degraded: [],
    bytes_written_day: 12_400_000,
    flushes_day: 8640,
    journal_bytes: 81_920,
    uncommitted: 0,
    streams_stored: 6,
  },
};

/** Answer of the command `options` that changes nothing. */
export const CONFIG: object = {
  revision: 'a1',
  options: [
    {
      name: 'mqtt.server',
      value: 'mqtt://127.0.0.1:1883',
      origin: 'file',
      applies: 'restart',
      from: 'tidegate.yaml:2',
    },
    {
      name: 'mqtt.password',
      value: '••••••••',
      origin: 'env',
      applies: 'restart',
      secret: true,
      from: 'MQTT_PASSWORD',
    },
    { name: 'log.level', value: 'info', origin: 'default', applies: 'live', may_change: true },
    {
      name: 'streams[0].anomaly.threshold',
      value: 1,
      origin: 'file',
      applies: 'live',
      may_change: true,
      from: 'tidegate.yaml:9',
    },
    { name: 'defaults.horizons', value: [1, 6, 12], origin: 'file', applies: 'stream', from: 'tidegate.yaml:6' },
  ],
  unsaved: [],
  left_off: 0,
};

/** Answer of `api/doctor`. */
export const DOCTOR: ApiDoctor = {
  at: '2026-03-12T14:35:00.000Z',
  findings: [
    { check: 'broker', verdict: 'ok', found: 'mqtt://127.0.0.1:1883, MQTT 5' },
    {
      check: 'quality of service',
      verdict: 'warning',
      found: 'QoS 0: what comes while the connection is down is lost',
      advice: 'mqtt.qos: 1, and sensors that publish with QoS 1',
    },
    { check: 'clock', verdict: 'note', found: 'no program here can tell whether it is synchronised' },
  ],
};
