import { EMPTY, filter, first, ignoreElements, interval, merge, Observable, Subscription, switchMap, tap } from 'rxjs';
import type { MqttConnection } from '../adapters/mqtt/connection.ts';
import { TidegateError } from '../domain/errors.ts';
import type { Report } from '../domain/events.ts';
import type { Forecast } from '../domain/forecast.ts';
import type { LearnerHost } from '../domain/learnerHost.ts';
import { settlesWithin } from '../domain/settlesWithin.ts';
import type { StateStore } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type Delay, type DurationMs, toDurationMs } from '../domain/time.ts';
import { bridgeInfo } from '../outlets/bridge/bridgeInfo.ts';
import type { HealthMonitor } from '../outlets/bridge/health.ts';
import type { BridgeTopics } from '../outlets/results/ownTopics.ts';
import type { Publisher } from '../outlets/results/publisher.ts';
import { forStream } from '../pipeline/forStream.ts';
import type { OpenDurableState } from '../state/openDurableState.ts';
import type { DaemonOptions } from './daemonOptions.ts';
import type { Subscriptions } from './subscriptions.ts';

/** The parts of a stop: under 5 s together, whatever is under way. */
const STOP = {
  /** Everything that was received is answered before we leave, unless it takes longer than this. */
  drain: toDurationMs(1800),
  /** And on the medium, unless both take longer. */
  drainAndKeep: toDurationMs(2600),
  /** Goodbye to the broker, the learners and the store, all at once. */
  farewell: toDurationMs(1300),
} as const;
/** How often the broker is rid of topics of streams that are forgotten. */
const SWEEP: DurationMs = toDurationMs(250);

export interface Activity {
  readonly options: DaemonOptions;
  readonly connection: MqttConnection;
  readonly publisher: Publisher;
  readonly host: LearnerHost;
  readonly forecasts$: Observable<Forecast>;
  readonly topics: BridgeTopics;
  readonly health: HealthMonitor;
  readonly keeping: OpenDurableState | undefined;
  readonly store: StateStore | undefined;
  /** Of a session that outlives the process. */
  readonly subscriptions: Subscriptions | undefined;
  /** Whether a stream may be recalled that no message has come of. */
  readonly mayComeBack: (stream: StreamId) => boolean;
  readonly report: Report;
  /** Ends with the run. */
  readonly delay: Delay;
  /** Rejects where the daemon cannot go on for a reason outside the pipeline; never resolves. */
  readonly failed: Promise<never>;
}

/**
 * Runs until the signal aborts, then finishes what came in, keeps what was learned and says goodbye. Each of these has its time: what
 * takes longer is left to the next process, which has it in the journal or from the broker.
 */
export async function runActivity(parts: Activity, stop: AbortSignal): Promise<void> {
  const { delay, keeping, failed } = parts;
  // The one subscription: everything that happens, happens below it.
  const running = new Subscription();
  const ended = begin(parts, running, stop);
  let drainedFor = 0;
  const stopped = new Promise<void>((resolve) => {
    const finish = (): void => {
      const since = performance.now();
      void settlesWithin(ended, STOP.drain, delay).then(() => {
        drainedFor = performance.now() - since;
        resolve();
      });
    };
    if (stop.aborted) finish();
    else stop.addEventListener('abort', finish, { once: true });
  });
  try {
    await Promise.race([ended, stopped, failed]);
    // It was told to end: nothing of what is under way is to blame.
    keeping?.poison.close();
  } finally {
    running.unsubscribe();
    await leave(parts, toDurationMs(Math.max(0, STOP.drainAndKeep - drainedFor)));
  }
}

/** Resolves when the intake has closed and everything that came in has been published; rejects where the way of all streams fails. */
function begin(parts: Activity, running: Subscription, stop: AbortSignal): Promise<void> {
  const { connection, keeping, subscriptions } = parts;
  return new Promise((resolve, reject) => {
    running.add(
      activity(parts).subscribe({
        error: (error: unknown) => reject(toTidegateError(error)),
        complete: resolve,
      }),
    );
    const closeIntake = (): void => {
      keeping?.takeBeforeStop();
      connection.closeIntake();
    };
    stop.addEventListener('abort', closeIntake, { once: true });
    try {
      subscriptions?.begin();
      connection.start(keeping && (() => keeping.beginSession()));
      keeping?.start();
      if (stop.aborted) closeIntake();
    } catch (error) {
      reject(error);
    }
  });
}

/** In this order: what was let in reaches the medium, its acknowledgements the broker; then nobody is needed any more. */
async function leave(parts: Activity, patience: DurationMs): Promise<void> {
  const { connection, publisher, host, health, topics, keeping, store, delay } = parts;
  await keeping?.stop(patience);
  publisher.farewell();
  connection.publish({ topic: topics.health, payload: health.payload(), qos: 0, retain: true });
  const farewell = { topic: topics.state, payload: '{"state":"offline"}' };
  const left = Promise.all([connection.stop({ farewell }), host.stop(), store?.close()]);
  await settlesWithin(left, STOP.farewell, delay);
  health.stop();
}

function toTidegateError(cause: unknown): TidegateError {
  if (cause instanceof TidegateError) return cause;
  return new TidegateError('TG_INTERNAL', 'the pipeline ended by an error', { cause });
}

/** Completes when the intake has closed and everything that came in has been published. */
function activity(parts: Activity): Observable<never> {
  const { options, connection, publisher, forecasts$, topics, health, subscriptions, report } = parts;
  const { keeping, mayComeBack } = parts;
  const { config, version, onForecast, onConnected } = options;
  const published$ = forecasts$.pipe(
    tap((forecast) => {
      forStream(forecast.stream, report, () => {
        publisher.forecast(forecast);
        onForecast?.(forecast);
      });
    }),
  );
  const sayHealth = (): void => {
    connection.publish({ topic: topics.health, payload: health.payload(), qos: 0, retain: true });
  };
  const sayInfo = (): void => {
    connection.publish({ topic: topics.info, payload: bridgeInfo(config, version), qos: 0, retain: true });
  };
  const bridge$ = connection.connected$.pipe(
    filter(Boolean),
    tap(() => subscriptions?.settle()),
    tap(sayInfo),
    tap(() => publisher.reconnected()),
    tap(() => onConnected?.()),
  );
  // Not before: what is said while there is no connection is lost.
  const back$ = connection.connected$.pipe(
    first(Boolean, false),
    tap(() => keeping?.bringBack(mayComeBack)),
  );
  const health$ = connection.connected$.pipe(
    switchMap((isConnected) => (isConnected ? interval(config.health.interval) : EMPTY)),
    tap(sayHealth),
  );
  const sweep$ = connection.connected$.pipe(
    switchMap((isConnected) => (isConnected ? interval(SWEEP) : EMPTY)),
    tap(() => publisher.sweep()),
  );
  return until(published$, merge(bridge$, back$, health$, sweep$)).pipe(ignoreElements());
}

/** `main` with `beside` running for as long as `main` does. */
function until<Main, Beside>(main$: Observable<Main>, beside$: Observable<Beside>): Observable<Main> {
  return new Observable((output) => {
    output.add(beside$.subscribe({ error: (error: unknown) => output.error(error) }));
    output.add(main$.subscribe(output));
  });
}
