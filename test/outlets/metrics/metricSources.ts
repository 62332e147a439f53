import type { Sensor } from '../../../src/domain/decode.ts';
import type { EpochMs } from '../../../src/domain/time.ts';
import type { MetricSources } from '../../../src/outlets/metrics/family.ts';
import { StreamTable } from '../../../src/outlets/metrics/streamTable.ts';
import type { QueueLoad } from '../../../src/pipeline/queueMemory.ts';
import type { StateHealth } from '../../../src/state/stateHealth.ts';
import { Counters } from '../../../src/telemetry/counters.ts';
import { BatchMeter } from '../../../src/telemetry/histogram.ts';
import { parse } from '../../config/context.ts';
import { everyMessage, forecastOf, idOf, settingsWith } from '../../pipeline/samples.ts';
import { lend } from '../../support/lent.ts';

const CONFIG = parse('mqtt: {server: mqtt://pi}\nstreams: [{topic: a}]\n');
export const STATE: StateHealth = {
  degraded: [],
  bytes_written: 8192,
  bytes_written_day: 4096,
  flushes: 2,
  flushes_day: 1,
  journal_bytes: 512,
  uncommitted: 3,
  acks_pending: 1,
  streams_stored: 4,
};
const QUEUES: QueueLoad = {
  messages: 3,
  bytes: 1600,
  mostBytes: 2 ** 20,
  journalBytes: 57,
  stateBytes: 900,
  outboundBytes: 12,
};

function batchesOf(): BatchMeter {
  const batches = new BatchMeter();
  for (const [steps, ms] of [
    [1, 0.04],
    [64, 7],
    [5000, 20_000],
  ] as const)
    batches.add(steps, ms);
  return batches;
}

/** Sources of a daemon that does nothing. */
export function sourcesOf(
  changes: Partial<MetricSources> = {},
): MetricSources & { readonly health: { counters: Counters } } {
  return {
    version: '1.2.3',
    config: CONFIG,
    health: {
      counters: new Counters(),
      batches: batchesOf(),
      loads: () => [{ waiting: 5, unansweredMs: 0, activeMs: 1500 }],
      queues: () => QUEUES,
      state: () => STATE,
      silent: () => [],
    },
    settingsOf: () => settingsWith(everyMessage),
    sensorOf: (stream): Sensor => ({ topic: stream, path: 'power', unit: 'W', deviceClass: 'power', isSilent: false }),
    streams: new StreamTable(1000),
    isConnected: () => true,
    lastSaved: () => 1_700_000_000_250 as EpochMs,
    ...changes,
  };
}

/** A table in which streams of these names live, each with a forecast. */
export function tableOf(names: readonly string[], most = 1000): StreamTable {
  const table = new StreamTable(most);
  for (const name of names) {
    const stream = idOf(name);
    table.change({ kind: 'started', stream });
    const told = forecastOf(name, 1_700_000_000_500, {
      value: 20,
      expected: { mean: 20.5, lower: 19, upper: 21 },
      anomalyScore: 0.25,
      state: 'active',
      skill: 0.2,
      coverage: 0.9,
      samples: 1234,
    });
    lend(told, (forecast) => table.take(forecast));
  }
  return table;
}
