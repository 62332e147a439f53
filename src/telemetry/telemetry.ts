import { DROP_REASONS, type DropReason } from '../domain/dropReason.ts';
import type { DomainEvent, Report } from '../domain/events.ts';
import type { Clock } from '../domain/time.ts';
import { Counters } from './counters.ts';
import type { Log, LogFields, LogLevel } from './log.ts';
import { createRateLimit } from './rateLimit.ts';

export interface Telemetry {
  readonly report: Report;
  readonly counters: Counters;
}

/**
 * The one place that turns events into counters and log lines; the same line at most once a minute, but for the milestones
 * of the link.
 */
export function createTelemetry({ log, clock }: { readonly log: Log; readonly clock: Clock }): Telemetry {
  const counters = new Counters();
  const limit = createRateLimit(clock);
  const report: Report = (event) => {
    counters.count(event);
    if (isHot(event)) return;
    const [level, message] = describe(event);
    // A line that this level does not show must not hold back one that it does.
    const suppressed = isMilestone(event) ? 0 : limit(`${level} ${event.type}`, keyOf(event));
    if (suppressed < 0) return;
    log[level](message, { ...pick(event), suppressed: suppressed > 0 ? suppressed : undefined });
  };
  return { report, counters };
}

type HotEvent = {
  type: 'MessageReceived' | 'ForecastIssued' | 'ForecastWithheld' | 'MessagePublished' | 'LearningThinned';
};
type RareEvent = Exclude<DomainEvent, HotEvent>;

/** Events of the healthy path are counted only: a line each would be the load. */
function isHot(event: DomainEvent): event is Extract<DomainEvent, HotEvent> {
  const { type } = event;
  return (
    type === 'MessageReceived' ||
    type === 'ForecastIssued' ||
    type === 'ForecastWithheld' ||
    type === 'LearningThinned' ||
    type === 'MessagePublished'
  );
}

/** The back-off makes these rare, and who reads of a loss must also read of the return. */
function isMilestone({ type }: DomainEvent): boolean {
  return (
    type === 'StoreOpened' ||
    type === 'StoreRecovered' ||
    type === 'OverloadChanged' ||
    type === 'BrokerConnected' ||
    type === 'BrokerDisconnected' ||
    type === 'FiltersGranted'
  );
}

/** What makes two events the same line. */
function keyOf(event: RareEvent): string {
  switch (event.type) {
    case 'InputDropped':
      // Where memory is short it is short for all streams that come, and the topic does not matter.
      return event.reason === 'no-memory' ? event.reason : `${event.reason} ${event.topic}`;
    case 'InputMissing':
      return `${event.reason} ${event.field} ${event.topic}`;
    case 'InputNeverSeen':
      return `${event.field} ${event.topic}`;
    case 'PublishDropped':
      return event.cause;
    case 'StreamEvicted':
      return '';
    case 'FilterRefused':
      return event.filter;
    case 'BrokerRefused':
      return event.reason;
    default:
      if ('network' in event) return `${event.network} ${event.stream}`;
      return 'stream' in event ? event.stream : 'topic' in event ? event.topic : '';
  }
}

/** Reasons that a healthy system produces all the time: they are counted, and logged only for who looks closely. */
const EXPECTED_DROPS: ReadonlySet<DropReason> = new Set([
  'retained',
  'own-output',
  'missing',
  'no-stream',
  'duplicate',
]);

/** A device that sends a field only now and then, or that has no value for it. */
const EXPECTED_GAPS: ReadonlySet<DropReason> = new Set(['missing', 'no-field']);

function describe(event: RareEvent): readonly [LogLevel, string] {
  switch (event.type) {
    case 'InputDropped':
      return [
        EXPECTED_DROPS.has(event.reason) ? 'debug' : 'warning',
        `an input was dropped: ${DROP_REASONS[event.reason]}`,
      ];
    case 'InputMissing':
      return [EXPECTED_GAPS.has(event.reason) ? 'debug' : 'warning', 'a message lacks an input of its stream'];
    case 'InputNeverSeen':
      return ['warning', 'no message so far has had this input: is its path right?'];
    case 'TimeReplaced':
      return ['warning', 'a payload time cannot be true, the time of arrival is used'];
    case 'ClockSetBack':
      return ['warning', 'the clock of a stream was set back: it goes on from there'];
    case 'PublishDropped':
      return ['warning', 'messages to the broker are dropped'];
    case 'StreamStarted':
      return ['debug', 'a stream begins'];
    case 'StreamEvicted':
      return ['warning', 'limits.streams is reached: the least recently used stream is forgotten'];
    case 'PipelineFailed':
      return ['error', 'a stream failed on a message and begins anew; please report it'];
    case 'LearnerFailed':
      return ['error', 'a learner failed and begins anew; please report it'];
    case 'UpdateSkipped':
      return ['debug', 'a gradient was absurdly large: this update of the network was left out'];
    case 'NetworkRolledBack':
      return ['error', 'a network gave no finite number and goes on from its last good weights; please report it'];
    case 'NetworkFrozen':
      return ['error', 'a network was rolled back three times within an hour: it learns nothing for a day'];
    case 'NetworkResumed':
      return ['info', 'a network that was frozen learns again'];
    case 'OverloadChanged':
      return event.level === 0
        ? ['info', 'the load is over: everything is learned again']
        : ['warning', `too much comes in: learning is thinned (rung ${event.level} of 6)`];
    default:
      return isLinkEvent(event) ? describeLink(event) : describeState(event);
  }
}

type LinkEvent = Extract<
  DomainEvent,
  { type: `Broker${string}` | 'ProtocolDowngraded' | 'ClientIdContested' | `Filter${string}` }
>;

type StateEvent = Extract<
  DomainEvent,
  { type: `Store${string}` | `Journal${string}` | `Snapshot${string}` | 'StreamRecalled' | 'StateRefused' }
>;

function isLinkEvent(event: LinkEvent | StateEvent): event is LinkEvent {
  const { type } = event;
  return (
    type.startsWith('Broker') ||
    type.startsWith('Filter') ||
    type === 'ProtocolDowngraded' ||
    type === 'ClientIdContested'
  );
}

function describeState(event: StateEvent): readonly [LogLevel, string] {
  switch (event.type) {
    case 'StoreOpened':
      return event.streams + event.samples > 0
        ? ['info', 'what was learned before is at hand']
        : ['info', 'nothing was learned before: streams begin anew'];
    case 'StoreDamaged':
      return ['error', 'the state file was damaged and is put aside; what its backup holds goes on'];
    case 'JournalDamaged':
      return ['error', 'parts of the journal are damaged: the samples in them are lost'];
    case 'StoreFailed':
      return ['error', 'state cannot be written: forecasts go on, trying again'];
    case 'StoreOutOfReach':
      return ['error', 'what was learned before cannot be taken: nothing is published in its place, trying again'];
    case 'StoreShared':
      return ['warning', 'the state folder was found open to other users'];
    case 'StoreRecovered':
      return ['info', 'state is written again'];
    case 'JournalLost':
      return ['error', 'too much waits for the disk: the journal has a gap until the next snapshots'];
    case 'StreamRecalled':
      return ['debug', 'a stream goes on from what it had learned'];
    case 'StateRefused':
      return ['warning', 'the state of a stream cannot be used: it begins anew'];
    case 'SnapshotSaved':
      return ['debug', 'the state of a stream was written in full'];
    case 'SnapshotFailed':
      return ['warning', 'the state of a stream could not be written'];
  }
}

function describeLink(event: LinkEvent): readonly [LogLevel, string] {
  switch (event.type) {
    case 'BrokerConnected':
      return ['info', 'connected to the broker'];
    case 'BrokerDisconnected':
      return ['warning', 'the broker is gone, trying again'];
    case 'BrokerRefused':
      return ['error', 'no connection to the broker'];
    case 'ProtocolDowngraded':
      return ['info', 'the broker does not speak MQTT 5, going on with 3.1.1'];
    case 'ClientIdContested':
      return [
        'error',
        event.isReported
          ? 'another client uses this client id: set mqtt.client_id'
          : 'the broker closes each connection soon: perhaps another client uses this client id (mqtt.client_id)',
      ];
    case 'FilterRefused':
      return ['error', 'the broker refuses this topic filter: check its access rules'];
    case 'FiltersGranted':
      return ['info', 'subscribed'];
  }
}

/** An event's own facts, flat. */
function pick(event: DomainEvent): Record<string, LogFields[string]> {
  const fields: Record<string, LogFields[string]> = {};
  for (const [name, value] of Object.entries(event)) {
    if (name === 'type') continue;
    if (name === 'retryIn') fields['retry_in_s'] = Number(value) / 1000;
    else if (value instanceof Error) fields[name] = value.stack ?? value.message;
    else if (typeof value === 'number' || typeof value === 'boolean') fields[name] = value;
    else fields[name] = String(value);
  }
  return fields;
}
