import { DROP_REASONS, type DropReason } from '../../domain/dropReason.ts';
import type { KeptOutCause, PublishDropCause } from '../../domain/events.ts';
import { LEARNER_STATES } from '../../domain/forecast.ts';
import { HTTP_ERRORS, type HttpErrorCode } from '../../domain/httpErrors.ts';
import type { Counters } from '../../telemetry/counters.ts';
import { byLabel, type Family, type MetricSources, single, toSeconds } from './family.ts';

const PUBLISH_DROP_CAUSES: readonly PublishDropCause[] = ['disconnected', 'slow-broker', 'too-large', 'refused'];

/** A count since the start. */
function counted(name: string, help: string, countOf: (counters: Counters) => number): Family {
  return single('counter', name, help, ({ health }) => countOf(health.counters));
}

/** Counts by a closed set of reasons: each has a series from the start, so that the first one is seen as an increase. */
function byReason<Reason extends string>(
  name: string,
  help: string,
  reasons: readonly Reason[],
  countsOf: (counters: Counters) => ReadonlyMap<Reason, number>,
): Family {
  return byLabel('counter', [name, 'reason'], help, ({ health }) => {
    const counts = countsOf(health.counters);
    return reasons.map((reason) => [reason, counts.get(reason) ?? 0] as const);
  });
}

const KEPT_OUT_CAUSES: readonly KeptOutCause[] = ['paused', 'maintenance', 'alarm'];
const DROPS = Object.keys(DROP_REASONS) as DropReason[];

const LINK: readonly Family[] = [
  single('gauge', 'mqtt_connected', '1 while the broker is connected, else 0.', ({ isConnected }) =>
    isConnected() ? 1 : 0,
  ),
  counted('mqtt_connects_total', 'Connections to the broker.', ({ connects }) => connects),
  counted('mqtt_disconnects_total', 'Connections that were lost.', ({ disconnects }) => disconnects),
  counted(
    'mqtt_refusals_total',
    'Connections, topic filters and client ids that the broker would not have.',
    ({ refusals }) => refusals,
  ),
  counted('mqtt_messages_received_total', 'Messages that came from the broker.', ({ received }) => received),
  counted('mqtt_messages_published_total', 'Messages that went to the broker.', ({ published }) => published),
  byReason(
    'mqtt_publish_dropped_total',
    'Messages that did not go to the broker.',
    PUBLISH_DROP_CAUSES,
    ({ publishDropped }) => publishDropped,
  ),
  single(
    'gauge',
    'mqtt_write_buffer_bytes',
    'Bytes that wait for the broker.',
    ({ health }) => health.queues?.().outboundBytes,
  ),
  counted(
    'messages_missed_total',
    'Messages that never came, as the numbers of their senders show.',
    (counters) => counters.messagesMissed,
  ),
  counted(
    'births_wanted_total',
    'Requests to nodes of Sparkplug B to say their names again.',
    (counters) => counters.birthsWanted,
  ),
];

const INTAKE: readonly Family[] = [
  counted('labels_total', 'Labels of classes that came, before a learner has judged them.', ({ labels }) => labels),
  byReason(
    'samples_rejected_total',
    'What came in and was not used, by reason; src/pipeline/README.md explains each.',
    DROPS,
    ({ dropped }) => dropped,
  ),
  byReason(
    'inputs_missing_total',
    'Further inputs that a message lacked.',
    DROPS,
    ({ inputsMissing }) => inputsMissing,
  ),
  counted(
    'numbers_passed_over_total',
    'Numbers that devices send about themselves, which no stream reads.',
    ({ passedOver }) => passedOver,
  ),
  counted('times_replaced_total', 'Readings whose own time could not be true.', ({ timesReplaced }) => timesReplaced),
  counted('clocks_set_back_total', 'Clocks of senders that were set back.', ({ clocksSetBack }) => clocksSetBack),
  single(
    'gauge',
    'fields_never_seen',
    'Configured fields that no message has had.',
    ({ health }) => health.counters.fieldsNeverSeen.size,
  ),
  single('gauge', 'senders_mixed', 'Streams that two senders feed.', ({ health }) => health.counters.sendersMixed.size),
  single(
    'gauge',
    'silent_filters',
    'Topic filters for which nothing has come.',
    ({ health }) => health.silent?.().length,
  ),
];

const QUEUES: readonly Family[] = [
  single('gauge', 'queue_depth', 'Messages that wait for the learners.', ({ health }) => health.queues?.().messages),
  byLabel('gauge', ['queue_bytes', 'stage'], 'Bytes that wait, by what for.', ({ health }) => {
    const load = health.queues?.();
    if (load === undefined) return [];
    return [
      ['learners', load.bytes],
      ['journal', load.journalBytes],
      ['states', load.stateBytes],
    ];
  }),
  single(
    'gauge',
    'queue_limit_bytes',
    'Bytes that may wait for the learners and for the journal together.',
    ({ health }) => health.queues?.().mostBytes,
  ),
  byLabel('gauge', ['learner_queue_depth', 'thread'], 'Steps that wait for a learner thread.', ({ health }) =>
    (health.loads?.() ?? []).map(({ waiting }, i) => [String(i + 1), waiting] as const),
  ),
  byLabel(
    'counter',
    ['learner_active_seconds_total', 'thread'],
    'Time for which a learner thread has worked; its rate is the share of a core that it takes.',
    ({ health }) => (health.loads?.() ?? []).map(({ activeMs }, i) => [String(i + 1), toSeconds(activeMs)] as const),
  ),
];

const LEARNING: readonly Family[] = [
  byLabel(
    'gauge',
    ['streams', 'state'],
    'Streams that have a learner, by its state; unknown: beyond metrics.max_streams.',
    statesOf,
  ),
  single('gauge', 'streams_limit', 'Streams that may have a learner at once.', ({ config }) => config.limits.streams),
  single('gauge', 'streams_silent', 'Streams whose device says that it is gone.', silentOf),
  counted(
    'stream_starts_total',
    'Learners that have begun, new or with what was learned.',
    (counters) => counters.streamsStarted,
  ),
  counted(
    'stream_restores_total',
    'Streams that came back with what they had learned.',
    (counters) => counters.streamsRecalled,
  ),
  counted('stream_evictions_total', 'Streams that made room for others.', ({ streamsEvicted }) => streamsEvicted),
  counted('forecasts_total', 'Steps that were forecast.', ({ issued }) => issued),
  counted('forecasts_withheld_total', 'Forecasts that a newer one took the place of.', ({ withheld }) => withheld),
  single(
    'gauge',
    'overload_level',
    'Level of load shedding: 0, everything is learned, to 6.',
    ({ health }) => health.counters.overloadLevel,
  ),
  counted(
    'learning_thinned_total',
    'Steps of which less was learned than could have been.',
    (counters) => counters.learningThinned,
  ),
  byReason(
    'learning_kept_out_total',
    'Readings that the networks learned nothing from, as they were told.',
    KEPT_OUT_CAUSES,
    ({ keptOut }) => keptOut,
  ),
  counted(
    'model_updates_skipped_total',
    'Updates of networks whose gradient was absurdly large.',
    (counters) => counters.updatesSkipped,
  ),
  counted(
    'model_rollbacks_total',
    'Networks that went back to their last good numbers.',
    ({ networksRolledBack }) => networksRolledBack,
  ),
  counted('model_freezes_total', 'Networks that were frozen for a day.', ({ networksFrozen }) => networksFrozen),
  counted('failures_total', 'Errors of the daemon itself, which its log has.', ({ failures }) => failures),
];

const REQUESTS: readonly Family[] = [
  byLabel('counter', ['requests_total', 'result'], 'Requests over MQTT.', ({ health }) => {
    const { requests, requestsRefused, requestsIgnored } = health.counters;
    return [
      ['done', requests],
      ['refused', requestsRefused],
      ['ignored', requestsIgnored],
    ];
  }),
];

const HTTP: readonly Family[] = [
  byReason(
    'http_requests_refused_total',
    'Requests over HTTP that were refused; config/errors.md explains each.',
    Object.keys(HTTP_ERRORS) as HttpErrorCode[],
    ({ httpRefused }) => httpRefused,
  ),
  counted(
    'page_clients_dropped_total',
    'Pages in a browser that took nothing any more and were cut off.',
    ({ pageClientsDropped }) => pageClientsDropped,
  ),
];

/** Metrics of the daemon as a whole. */
export const DAEMON_FAMILIES: readonly Family[] = [
  {
    name: 'build_info',
    type: 'gauge',
    help: 'Version of the daemon and of what it runs on: 1.',
    labels: ['version', 'node', 'arch'],
    read: ({ version }) => [{ labels: { version, node: process.versions.node, arch: process.arch }, value: 1 }],
  },
  ...LINK,
  ...INTAKE,
  ...QUEUES,
  ...LEARNING,
  ...REQUESTS,
  ...HTTP,
];

function statesOf({ streams }: MetricSources): Iterable<readonly [string, number]> {
  const counts = new Map<string, number>([...LEARNER_STATES, 'unknown'].map((state) => [state, 0]));
  for (const { state } of streams.figures) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts.set('unknown', streams.leftOff);
}

function silentOf({ streams, sensorOf }: MetricSources): number {
  let count = 0;
  for (const { stream } of streams.figures) if (sensorOf(stream)?.isSilent === true) count++;
  return count;
}
