import { EMPTY, filter, ignoreElements, interval, merge, Observable, switchMap, tap } from 'rxjs';
import { timerDelay } from '../adapters/clock/timerDelay.ts';
import type { MqttConnection } from '../adapters/mqtt/connection.ts';
import { TidegateError } from '../domain/errors.ts';
import type { Forecast } from '../domain/forecast.ts';
import type { LearnerHost } from '../domain/learnerHost.ts';
import { settlesWithin } from '../domain/settlesWithin.ts';
import type { StateStore } from '../domain/stateStore.ts';
import { type DurationMs, toDurationMs } from '../domain/time.ts';
import { bridgeInfo } from './bridgeInfo.ts';
import type { DaemonOptions } from './daemon.ts';
import type { HealthMonitor } from './health.ts';
import type { OpenKeeping } from './keeping.ts';
import type { BridgeTopics } from './ownTopics.ts';
import type { Publisher } from './publisher.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Everything that was received is answered before we leave, unless it takes longer than this. */
const DRAIN: DurationMs = toDurationMs(3000);
const SWEEP: DurationMs = toDurationMs(250);
/** And on the medium, unless that takes longer. */
const KEEP: DurationMs = toDurationMs(3000);

export interface Activity {
  readonly options: DaemonOptions;
  readonly connection: MqttConnection;
  readonly publisher: Publisher;
  readonly host: LearnerHost;
  readonly forecasts$: Observable<Forecast>;
  readonly topics: BridgeTopics;
  readonly health: HealthMonitor;
  readonly keeping: OpenKeeping | undefined;
  readonly store: StateStore | undefined;
  /** Of a session that outlives the process. */
  readonly subscriptions: Subscriptions | undefined;
  /** Rejects where the daemon cannot go on for a reason outside the pipeline; never resolves. */
  readonly failed: Promise<never>;
}

/** Runs until the signal aborts, then finishes what came in, keeps what was learned and says goodbye. */
export async function runActivity(parts: Activity, stop: AbortSignal): Promise<void> {
  const { connection, keeping } = parts;
  const ended = new Promise<void>((resolve, reject) => {
    // The one subscribe: everything that happens, happens below it.
    const subscription = activity(parts).subscribe({
      error: (error: unknown) => reject(toTidegateError(error)),
      complete: resolve,
    });
    const closeIntake = (): void => {
      keeping?.takeBeforeStop();
      connection.closeIntake();
    };
    stop.addEventListener('abort', closeIntake, { once: true });
    try {
      parts.subscriptions?.begin();
      connection.start(keeping && ((session) => keeping.beginSession(session)));
      keeping?.start();
      if (stop.aborted) closeIntake();
    } catch (error) {
      subscription.unsubscribe();
      reject(error);
    }
  });
  const stopped = new Promise<void>((resolve) => {
    stop.addEventListener('abort', () => void settlesWithin(ended, DRAIN, timerDelay).then(() => resolve()), {
      once: true,
    });
  });
  try {
    await Promise.race([ended, stopped, parts.failed]);
    // It was told to end: nothing of what is under way is to blame.
    keeping?.suspects.close();
  } finally {
    await leave(parts);
  }
}

/** In this order: what was let in reaches the medium, its acknowledgements the broker; then nobody is needed any more. */
async function leave({ connection, publisher, host, health, topics, keeping, store }: Activity): Promise<void> {
  await keeping?.stop(KEEP);
  publisher.farewell();
  connection.publish({ topic: topics.health, payload: health.payload(), qos: 0, retain: true });
  await connection.stop({ farewell: { topic: topics.state, payload: '{"state":"offline"}' } });
  await host.stop();
  await store?.close();
  health.stop();
}

function toTidegateError(cause: unknown): TidegateError {
  if (cause instanceof TidegateError) return cause;
  return new TidegateError('TG_INTERNAL', 'the pipeline ended by an error', { cause });
}

/** Completes when the intake has closed and everything that came in has been published. */
function activity(parts: Activity): Observable<never> {
  const { options, connection, publisher, forecasts$, topics, health, subscriptions } = parts;
  const { config, version, onForecast, onConnected } = options;
  const published$ = forecasts$.pipe(
    tap((forecast) => {
      publisher.forecast(forecast);
      onForecast?.(forecast);
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
  const health$ = connection.connected$.pipe(
    switchMap((isConnected) => (isConnected ? interval(config.health.interval) : EMPTY)),
    tap(sayHealth),
  );
  const sweep$ = connection.connected$.pipe(
    switchMap((isConnected) => (isConnected ? interval(SWEEP) : EMPTY)),
    tap(() => publisher.sweep()),
  );
  return until(published$, merge(bridge$, health$, sweep$)).pipe(ignoreElements());
}

/** `main` with `beside` running for as long as `main` does. */
function until<Main, Beside>(main$: Observable<Main>, beside$: Observable<Beside>): Observable<Main> {
  return new Observable((output) => {
    output.add(beside$.subscribe({ error: (error: unknown) => output.error(error) }));
    output.add(main$.subscribe(output));
  });
}
