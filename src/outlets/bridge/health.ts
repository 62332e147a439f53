import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ThreadLoad } from '../../hosts/threads/threadedHost.ts';
import type { QueueLoad } from '../../pipeline/queueMemory.ts';
import type { StateHealth } from '../../state/stateHealth.ts';
import type { Counters } from '../../telemetry/counters.ts';
import type { BatchMeter } from '../../telemetry/histogram.ts';
import type { LatencyMeter } from '../../telemetry/latencyMeter.ts';

export interface HealthMonitor {
  /** JSON of `<base>/bridge/health`. The event-loop delay is that since the last call. */
  payload(): string;
  stop(): void;
}

const MIB = 1_048_576;
const RESOLUTION_MS = 20;
/** Filters and fields that are named; the log has the number of the filters, and a line for each field. */
const MOST_NAMED = 20;

export interface HealthSources {
  readonly counters: Counters;
  /** Load of each learner thread. */
  readonly loads?: (() => readonly ThreadLoad[]) | undefined;
  /** Batches that the learners have answered. */
  readonly batches?: BatchMeter | undefined;
  /** Time from readings to their forecasts. */
  readonly latency?: LatencyMeter | undefined;
  readonly queues?: (() => QueueLoad) | undefined;
  /** Health of the state that is kept. */
  readonly state?: (() => StateHealth) | undefined;
  /** Topic filters for which nothing has come. */
  readonly silent?: (() => readonly string[]) | undefined;
}

/** undefined, which JSON leaves out: there are none. */
function namesOf(names: readonly string[]): readonly string[] | undefined {
  return names.length > 0 ? names.slice(0, MOST_NAMED) : undefined;
}

/** The condition of the daemon, as a payload. */
export function createHealthMonitor(sources: HealthSources): HealthMonitor {
  const { counters, loads = () => [], queues, state, silent = () => [] } = sources;
  const pace = createPace(counters);
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  return {
    payload() {
      const { rss, heapUsed } = process.memoryUsage();
      // The histogram counts its own resolution as delay.
      const delayMs = Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS);
      delay.reset();
      return JSON.stringify({
        uptime_s: Math.round(process.uptime()),
        rss_mb: toMib(rss),
        heap_mb: toMib(heapUsed),
        event_loop_delay_ms: Number.isFinite(delayMs) ? Math.round(delayMs * 10) / 10 : null,
        threads: loads().map(({ waiting }) => ({ waiting })),
        waiting: queues === undefined ? null : waitingOf(queues()),
        streams: counters.streamsStarted - counters.streamsEvicted,
        messages: counters.received,
        labels: counters.labels,
        forecasts: counters.issued,
        dropped: Object.fromEntries(counters.dropped),
        passed_over: counters.passedOver,
        inputs_missing: Object.fromEntries(counters.inputsMissing),
        silent_filters: namesOf(silent()),
        fields_never_seen: namesOf([...counters.fieldsNeverSeen]),
        messages_missed: counters.messagesMissed,
        births_wanted: counters.birthsWanted,
        senders_mixed: mixedOf(counters),
        ...countsOf(counters),
        state: state?.() ?? null,
        ...pace(),
      });
    },
    stop: () => delay.disable(),
  };
}

/** Figures of the time since the last call, at first since the start. */
function createPace(counters: Counters): () => object {
  let { issued, learningThinned } = counters;
  let since = performance.now();
  let used = process.cpuUsage();
  return () => {
    const now = performance.now();
    const readings = counters.issued - issued;
    const thinned = counters.learningThinned - learningThinned;
    const minutes = (now - since) / 60_000;
    const { user, system } = process.cpuUsage(used);
    const cpuShare = (user + system) / 1000 / (now - since);
    used = process.cpuUsage();
    ({ issued, learningThinned } = counters);
    since = now;
    return {
      readings_per_minute: minutes > 0 ? Math.round((readings / minutes) * 10) / 10 : null,
      // A reading is thinned before it is forecast: at a border of two spans there may be more of them.
      // All threads of the process, of one core.
      cpu_share: Number.isFinite(cpuShare) ? Math.round(cpuShare * 1000) / 1000 : null,
      learning_share: readings > 0 ? Math.round(Math.max(0, 1 - thinned / readings) * 1000) / 1000 : null,
    };
  };
}

function countsOf(counters: Counters): object {
  return {
    times_replaced: counters.timesReplaced,
    clocks_set_back: counters.clocksSetBack,
    inputs_unnamed: counters.inputsUnnamed,
    withheld: counters.withheld,
    published: counters.published,
    publish_dropped: Object.fromEntries(counters.publishDropped),
    connects: counters.connects,
    refusals: counters.refusals,
    updates_skipped: counters.updatesSkipped,
    networks_rolled_back: counters.networksRolledBack,
    networks_frozen: counters.networksFrozen,
    failures: counters.failures,
    requests: counters.requests,
    requests_refused: counters.requestsRefused,
    requests_ignored: counters.requestsIgnored,
    overload_level: counters.overloadLevel,
    learning_thinned: counters.learningThinned,
    learning_kept_out: counters.keptOut.size > 0 ? Object.fromEntries(counters.keptOut) : undefined,
  };
}

/** undefined, which JSON leaves out: there are none. */
function mixedOf({ sendersMixed }: Counters): Readonly<Record<string, string>> | undefined {
  return sendersMixed.size > 0 ? Object.fromEntries(sendersMixed) : undefined;
}

function waitingOf({ messages, bytes, mostBytes, journalBytes, stateBytes, outboundBytes }: QueueLoad): object {
  return {
    messages,
    bytes,
    most_bytes: mostBytes,
    journal_bytes: journalBytes,
    state_bytes: stateBytes,
    outbound_bytes: outboundBytes,
  };
}

function toMib(bytes: number): number {
  return Math.round((bytes / MIB) * 10) / 10;
}
