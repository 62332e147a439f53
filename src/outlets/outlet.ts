import type { Observable } from 'rxjs';
import type { Serve } from '../adapters/http/parts.ts';
import type { Config } from '../config/config.ts';
import type { Alarms } from '../domain/alarm.ts';
import type { Control } from '../domain/control.ts';
import type { ProspectsOf, SensorOf, SettingsOf } from '../domain/decode.ts';
import type { DomainEvent, Report } from '../domain/events.ts';
import type { Finding } from '../domain/finding.ts';
import type { BorrowedForecast } from '../domain/forecast.ts';
import type { LearnerHost } from '../domain/learnerHost.ts';
import type { Listen } from '../domain/listen.ts';
import type { Note } from '../domain/note.ts';
import type { Publish, PublishTo } from '../domain/outgoing.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { LogEntry } from '../telemetry/logTap.ts';
import type { HealthSources } from './bridge/health.ts';
import type { RetainedTopics } from './retained/retainedTopics.ts';

/** `restored`: what the stream had learned was brought back from the state folder. */
export interface StreamChange {
  readonly kind: 'started' | 'restored' | 'evicted';
  readonly stream: StreamId;
}

/**
 * Events of the types that are named, as they happen. Types that no outlet names cost nothing: each message makes some of them.
 */
export type EventsOf = <Type extends DomainEvent['type']>(
  ...types: readonly Type[]
) => Observable<Extract<DomainEvent, { readonly type: Type }>>;

/** Everything that an outlet may use. */
export interface OutletContext {
  /** The configuration that the daemon started with. */
  readonly config: Config;
  /** The configuration that is in force now. */
  readonly configNow: () => Config;
  /** Settings of a stream as they are now. */
  readonly settingsOf: SettingsOf;
  /** Settings that a stream may have by the configuration; empty: it gives no such stream. */
  readonly prospectsOf: ProspectsOf;
  readonly sensorOf: SensorOf;
  /** Forecasts as they are published. Each is lent for the call: an outlet that keeps one keeps its `toForecast()`. */
  readonly forecasts$: Observable<BorrowedForecast>;
  readonly streams$: Observable<StreamChange>;
  readonly eventsOf: EventsOf;
  /** Lines of the log, of all levels. */
  readonly log$: Observable<LogEntry>;
  /** True while the broker is there; starts with the state of now. */
  readonly connected$: Observable<boolean>;
  readonly health: HealthSources;
  readonly control: Control;
  readonly alarms: Alarms;
  /** A look inside the learner of a stream; undefined where it has none. Rejects where the learners are gone. */
  readonly inspect: LearnerHost['inspect'];
  /** A look into the memory of one of a stream's networks: some milliseconds of its learner's thread. As `inspect` else. */
  readonly probe: LearnerHost['probe'];
  /** Findings of the doctor without its experiments: it visits the broker, and looks at clock, storage and memory. Rejects with TidegateError too. */
  readonly examine: () => Promise<readonly Finding[]>;
  /** The topics that we have retained with the broker. `publish` and `publishTo` hold each topic that they retain. */
  readonly retained: Pick<RetainedTopics, 'hold' | 'holdPrepared' | 'giveUp'>;
  /** A note in the state folder by its name, which one outlet has for itself; without a folder nothing outlives the process. */
  readonly noteOf: (name: string) => Note;
  readonly publish: Publish;
  /** For what is published with each reading. */
  readonly publishTo: PublishTo;
  readonly listen: Listen;
  /** Answers requests over HTTP, until the outlet stops; loaded with the first request. */
  readonly serve: Serve;
  readonly report: Report;
  /**
   * Calls the handler for each value, until the outlet stops. A handler that throws costs that one call, and is reported; so is an error of
   * the observable. To be used in place of `subscribe`, whose errors would end the process.
   */
  readonly follow: <Value>(values$: Observable<Value>, handler: (value: Value) => void) => void;
}

/** A way out: whatever becomes of forecasts, streams and events outside of them. Its contract is test/contract/outletContract.ts. */
export interface Outlet {
  /** For the log. */
  readonly name: string;
  /** Called once, before the first message comes in. */
  start(context: OutletContext): void;
  /**
   * Tells whether, by the configuration of now, it may have retained the topic or may do so. Asked after `start`, of each topic that a process
   * before has left with the broker: what no outlet may retain is taken from it. Absent: it retains nothing.
   */
  mayRetain?(topic: string): boolean;
  /**
   * Called once. Its last messages go out before it returns; what it publishes later is dropped. Where it gives a promise it has a bounded time,
   * as `app/lifecycle.ts` says.
   */
  stop(): void | Promise<void>;
}
