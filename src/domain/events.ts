import type { AlarmEvidence, AlarmReason } from './alarm.ts';
import type { CarryReport } from './carryReport.ts';
import type { DialectName } from './dialectName.ts';
import type { DropReason, Refused } from './dropReason.ts';
import type { Effort } from './effort.ts';
import type { ExpertName } from './expertName.ts';
import type { HttpErrorCode } from './httpErrors.ts';
import type { RestoreOutcome } from './learnerHost.ts';
import type { RequestErrorCode } from './requestErrors.ts';
import type { StoreFault } from './stateStore.ts';
import type { StreamId } from './streamId.ts';
import type { Label } from './streamInput.ts';
import type { DurationMs, EpochMs } from './time.ts';

/**
 * `slow-broker`: more waits than `outboundBuffer` allows. `too-large`: more than the broker takes, which would end the
 * connection. `refused`: the broker's answer says no (a missing right to publish).
 */
export type PublishDropCause = 'disconnected' | 'slow-broker' | 'too-large' | 'refused';

/**
 * Measures of a network's guard. `NetworkRolledBack`: its numbers were not finite, it goes on from the last good ones.
 * `NetworkFrozen`: three times within an hour; it learns nothing for a day of sample time, `NetworkResumed` ends that.
 * `UpdateSkipped`: a gradient was absurdly large.
 */
export type NetworkNews =
  | {
      readonly type: 'NetworkRolledBack';
      readonly network: ExpertName;
      readonly cause: 'output-not-finite' | 'learning-not-finite';
    }
  | { readonly type: 'NetworkFrozen'; readonly network: ExpertName }
  | { readonly type: 'NetworkResumed'; readonly network: ExpertName }
  | { readonly type: 'UpdateSkipped'; readonly network: ExpertName };

/**
 * Start and end of an alarm, as its learner sees them; a learner that lives through what it has learned before tells them again. Numbers are in
 * the sensor's unit, NaN where they are not known. `start` names the alarm.
 */
export type AlarmNews =
  | ({
      readonly type: 'AlarmStarted';
      readonly start: EpochMs;
      readonly y: number;
      readonly yhat: number;
      readonly yhatLower: number;
      readonly yhatUpper: number;
    } & AlarmReason)
  | {
      readonly type: 'AlarmEnded';
      readonly start: EpochMs;
      readonly at: EpochMs;
      /** The largest score. */
      readonly score: number;
      readonly evidence: AlarmEvidence;
    };

/** Why the networks learn nothing from a reading. */
export type KeptOutCause = 'paused' | 'maintenance' | 'alarm';

/** News that a learner tells of itself. */
export type LearnerNews = NetworkNews | AlarmNews | { readonly type: 'LearningKeptOut'; readonly cause: KeptOutCause };

/** Everything worth a log line or a counter. The event table of `telemetry` has a row for each type. */
export type DomainEvent =
  | { readonly type: 'MessageReceived' }
  /** A message had a label for a stream. */
  | { readonly type: 'LabelReceived'; readonly label: Label }
  | ({ readonly type: 'InputDropped'; readonly reason: DropReason; readonly topic: string } & Partial<Refused>)
  /** `count`: numbers of one message that devices send about themselves. */
  | { readonly type: 'FieldsPassedOver'; readonly count: number }
  | ({
      readonly type: 'InputMissing';
      readonly topic: string;
      readonly field: string;
      readonly reason: DropReason;
    } & Partial<Refused>)
  /** The messages of a topic fit several dialects, and the configuration does not say which it is. */
  | { readonly type: 'DialectUnclear'; readonly topic: string; readonly dialects: readonly DialectName[] }
  /** Messages of two senders feed one stream: what they say under the key `by` changes back and forth. */
  | {
      readonly type: 'SendersMixed';
      readonly stream: StreamId;
      readonly topic: string;
      readonly by: string;
      readonly values: readonly (string | number)[];
    }
  /** Messages of a sender never came, as the numbers in those that did show. */
  | { readonly type: 'MessagesMissed'; readonly topic: string; readonly count: number }
  /** A node of Sparkplug B has to say its names again, and may be asked. */
  | { readonly type: 'BirthWanted'; readonly group: string; readonly node: string; readonly at: EpochMs }
  /** A Victron portal has to be asked to go on. `isFirst`: it is to send everything once. */
  | { readonly type: 'KeepaliveWanted'; readonly portal: string; readonly isFirst: boolean }
  /** A device, or the bridge before it, says that it is gone. `topics`: the topic of its readings, or all of `topic/#`. */
  | { readonly type: 'SenderGone'; readonly topics: string }
  | { readonly type: 'SenderBack'; readonly topics: string }
  /** A device says another unit or class of its readings than before. */
  | { readonly type: 'SensorDeclared'; readonly topic: string }
  | { readonly type: 'InputNeverSeen'; readonly topic: string; readonly field: string; readonly messages: number }
  /** No message of an entry so far has had one of its fields. `topic`: the filter; `had`: fields of the last message, in words. */
  | {
      readonly type: 'FieldNeverSeen';
      readonly topic: string;
      readonly field: string;
      readonly messages: number;
      readonly had: string;
    }
  /** The first message with a field that `FieldNeverSeen` told of. */
  | { readonly type: 'FieldSeen'; readonly topic: string; readonly field: string }
  | { readonly type: 'TimeReplaced'; readonly topic: string; readonly cause: 'too-old' | 'in-future' | 'unreadable' }
  | { readonly type: 'ClockSetBack'; readonly stream: StreamId }
  | { readonly type: 'StreamStarted'; readonly stream: StreamId }
  /**
   * `wanted`: it makes no room for another: it is forgotten, its settings have changed, no entry of the configuration gives it any more, or it goes back to
   * before what it is to omit.
   */
  | {
      readonly type: 'StreamEvicted';
      readonly stream: StreamId;
      readonly wanted?: 'forgotten' | 'renewed' | 'retired' | 'rewound';
    }
  | { readonly type: 'PipelineFailed'; readonly topic: string; readonly error: unknown }
  | { readonly type: 'LearnerFailed'; readonly stream: StreamId; readonly error: unknown }
  | { readonly type: 'OutletFailed'; readonly outlet: string; readonly error: unknown }
  /** A thread has written something to its stdout or stderr, which none of ours does on purpose. */
  | { readonly type: 'ThreadOutput'; readonly thread: 'learner' | 'store'; readonly text: string }
  | (LearnerNews & { readonly stream: StreamId })
  | { readonly type: 'ForecastWithheld'; readonly stream: StreamId }
  | { readonly type: 'ForecastIssued' }
  | { readonly type: 'LearningThinned'; readonly effort: Effort }
  /** A reading that the networks learn nothing from. `paused`: by a request, or by `learn: paused`. `alarm`: by `learn: when_normal`. */
  | { readonly type: 'LearningKeptOut'; readonly stream?: StreamId; readonly cause: KeptOutCause }
  | { readonly type: 'OverloadChanged'; readonly level: number }
  | { readonly type: 'StoreOpened'; readonly streams: number; readonly samples: number }
  | { readonly type: 'StoreDamaged'; readonly movedAside: string; readonly backupOf: string | undefined }
  | { readonly type: 'JournalDamaged'; readonly batches: number }
  | { readonly type: 'StoreFailed'; readonly fault: StoreFault; readonly error: unknown; readonly retryIn: DurationMs }
  | { readonly type: 'StoreOutOfReach'; readonly error: unknown; readonly retryIn: DurationMs }
  | { readonly type: 'StoreShared'; readonly warning: string }
  | { readonly type: 'StoreRecovered' }
  | { readonly type: 'JournalLost' }
  | { readonly type: 'StreamRestored'; readonly stream: StreamId; readonly replayed: number }
  /**
   * A reading from a journal of an older version, which did not name its further inputs. `isByPlace`: there are as many as the stream has, and
   * they are taken in that order; else they count as missing.
   */
  | { readonly type: 'InputsUnnamed'; readonly stream: StreamId; readonly count: number; readonly isByPlace: boolean }
  /** A stream goes on from the state of other settings. */
  | ({ readonly type: 'StateCarriedOver'; readonly stream: StreamId } & CarryReport)
  | { readonly type: 'StateRefused'; readonly stream: StreamId; readonly outcome: RestoreOutcome | 'unreadable' }
  | { readonly type: 'SnapshotSaved'; readonly stream: StreamId }
  | { readonly type: 'SnapshotFailed'; readonly stream: StreamId; readonly error: unknown }
  | { readonly type: 'BrokerConnected'; readonly server: string; readonly protocol: 4 | 5 }
  | { readonly type: 'BrokerDisconnected'; readonly server: string; readonly reason: string }
  | { readonly type: 'BrokerRefused'; readonly server: string; readonly reason: string; readonly retryIn: DurationMs }
  /** The link leads to another broker or client id: the session of before is left for good. `unacknowledged`: its messages that were not learned in time. */
  | { readonly type: 'SessionLeft'; readonly server: string; readonly unacknowledged: number }
  | { readonly type: 'ProtocolDowngraded'; readonly server: string }
  /** The broker takes our last will only with less than was asked for. */
  | { readonly type: 'WillLessened'; readonly server: string; readonly reason: string }
  /** The broker closes each connection soon, and one that says nothing for a time is to show why. */
  | { readonly type: 'BrokerTried'; readonly server: string; readonly silence: DurationMs }
  /** `isReported`: the broker says so; else it closes our silent connections, and leaves those of another client id alone. */
  | { readonly type: 'ClientIdContested'; readonly clientId: string; readonly isReported: boolean }
  | { readonly type: 'FilterRefused'; readonly filter: string; readonly code: number }
  | { readonly type: 'FiltersGranted'; readonly count: number }
  /** `filters`: the first ten of `count` for which nothing has come in this time of connection. */
  | {
      readonly type: 'FiltersSilent';
      readonly filters: readonly string[];
      readonly count: number;
      readonly after: DurationMs;
    }
  /** The first message for a filter that `FiltersSilent` told of. */
  | { readonly type: 'FilterHeard'; readonly filter: string; readonly topic: string }
  | { readonly type: 'PublishDropped'; readonly cause: PublishDropCause; readonly topic: string }
  | { readonly type: 'MessagePublished' }
  /** `command`: empty for one that there is not. `code`: of the refusal; undefined: it was done. */
  /** The configuration was read again. Options are named; `restart`: those that wait for a start of the daemon. */
  | {
      readonly type: 'ConfigReloaded';
      readonly live: string;
      readonly streams: string;
      readonly topics: string;
      readonly link: string;
      readonly restart: string;
    }
  /** A change that a request made has no place in the files any more. `option`: within its entry, where it is one of `streams:`. */
  | { readonly type: 'OptionChangeLost'; readonly option: string; readonly reason: string }
  /** The configuration that is written now is wrong, or cannot be read: the one before stays in force. */
  | { readonly type: 'ConfigRefused'; readonly problem: string }
  /** The page and the metrics can be reached. */
  | { readonly type: 'HttpOpened'; readonly url: string }
  /** They cannot: the port is taken, or there is no such address. */
  | { readonly type: 'HttpFailed'; readonly url: string; readonly error: unknown; readonly retryIn: DurationMs }
  /** Somebody was not let in. */
  | { readonly type: 'HttpRefused'; readonly code: HttpErrorCode }
  /** A page that took nothing any more was cut off. */
  | { readonly type: 'PageClientDropped'; readonly cause: 'slow' | 'too-much' }
  | { readonly type: 'RequestAnswered'; readonly command: string; readonly code: RequestErrorCode | undefined }
  /** Requests of this computer are not served; the broker's are. */
  | { readonly type: 'LocalSocketFailed'; readonly error: unknown }
  /** A request was not answered: the broker had kept it, or too many came. */
  | { readonly type: 'RequestIgnored'; readonly reason: 'retained' | 'flood' | 'repeated' };

export type Report = (event: DomainEvent) => void;
