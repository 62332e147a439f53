import type { DropReason } from '../domain/dropReason.ts';
import type { DomainEvent, NetworkNews, PublishDropCause } from '../domain/events.ts';

type HotEvent = Extract<
  DomainEvent,
  {
    type:
      | `Message${string}`
      | `Forecast${string}`
      | 'LearningThinned'
      | 'InputDropped'
      | 'InputMissing'
      | 'PublishDropped';
  }
>;

/** Of what is kept, and those that count as nothing. */
type StateEvent = Extract<
  DomainEvent,
  {
    type:
      | `Store${string}`
      | `Journal${string}`
      | `Snapshot${string}`
      | 'StreamRecalled'
      | 'StateRefused'
      | 'InputNeverSeen'
      | 'ProtocolDowngraded'
      | 'FiltersGranted';
  }
>;

/** What happened since the start. Plain numbers: the hot events only add to them. */
export class Counters {
  received = 0;
  readonly dropped: Map<DropReason, number> = new Map();
  /** Further inputs that a message lacked, by why. */
  readonly inputsMissing: Map<DropReason, number> = new Map();
  timesReplaced = 0;
  clocksSetBack = 0;
  streamsStarted = 0;
  streamsEvicted = 0;
  issued = 0;
  withheld = 0;
  published = 0;
  readonly publishDropped: Map<PublishDropCause, number> = new Map();
  connects = 0;
  disconnects = 0;
  /** Connections, topic filters and client ids that the broker would not have. */
  refusals = 0;
  /** Steps that less was learned from than could have been. */
  learningThinned = 0;
  /** Rung of the ladder under load; 0: everything is learned. */
  overloadLevel = 0;
  streamsRecalled = 0;
  statesRefused = 0;
  snapshotsSaved = 0;
  snapshotsFailed = 0;
  storeFailures = 0;
  updatesSkipped = 0;
  networksRolledBack = 0;
  networksFrozen = 0;
  failures = 0;

  count(event: DomainEvent): void {
    switch (event.type) {
      case 'MessageReceived':
        this.received++;
        break;
      case 'InputDropped':
        add(this.dropped, event.reason);
        break;
      case 'LearningThinned':
        this.learningThinned++;
        break;
      case 'InputMissing':
        add(this.inputsMissing, event.reason);
        break;
      case 'ForecastIssued':
        this.issued++;
        break;
      case 'ForecastWithheld':
        this.withheld++;
        break;
      case 'MessagePublished':
        this.published++;
        break;
      case 'PublishDropped':
        add(this.publishDropped, event.cause);
        break;
      default:
        this.#countRare(event);
    }
  }

  #countRare(event: Exclude<DomainEvent, HotEvent>): void {
    switch (event.type) {
      case 'TimeReplaced':
        this.timesReplaced++;
        break;
      case 'ClockSetBack':
        this.clocksSetBack++;
        break;
      case 'StreamStarted':
        this.streamsStarted++;
        break;
      case 'StreamEvicted':
        this.streamsEvicted++;
        break;
      case 'BrokerConnected':
        this.connects++;
        break;
      case 'BrokerDisconnected':
        this.disconnects++;
        break;
      case 'BrokerRefused':
      case 'FilterRefused':
      case 'ClientIdContested':
        this.refusals++;
        break;
      case 'PipelineFailed':
      case 'LearnerFailed':
        this.failures++;
        break;
      case 'NetworkRolledBack':
      case 'NetworkFrozen':
      case 'NetworkResumed':
      case 'UpdateSkipped':
        this.#countNews(event);
        break;
      case 'OverloadChanged':
        this.overloadLevel = event.level;
        break;
      default:
        this.#countState(event);
    }
  }

  #countState(event: StateEvent): void {
    switch (event.type) {
      case 'StreamRecalled':
        this.streamsRecalled++;
        break;
      case 'StateRefused':
        this.statesRefused++;
        break;
      case 'SnapshotSaved':
        this.snapshotsSaved++;
        break;
      case 'SnapshotFailed':
        this.snapshotsFailed++;
        break;
      case 'StoreFailed':
      case 'StoreDamaged':
      case 'StoreOutOfReach':
      case 'JournalDamaged':
      case 'JournalLost':
        this.storeFailures++;
        break;
      case 'StoreOpened':
      case 'StoreShared':
      case 'StoreRecovered':
      case 'InputNeverSeen':
      case 'ProtocolDowngraded':
      case 'FiltersGranted':
        break;
      default:
        // A new event does not compile until someone has decided here what it counts as.
        event satisfies never;
    }
  }

  #countNews({ type }: NetworkNews): void {
    if (type === 'NetworkRolledBack') this.networksRolledBack++;
    else if (type === 'NetworkFrozen') this.networksFrozen++;
    else if (type === 'UpdateSkipped') this.updatesSkipped++;
  }

  /** Drops of all reasons. */
  get droppedInAll(): number {
    let sum = 0;
    for (const count of this.dropped.values()) sum += count;
    return sum;
  }
}

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
