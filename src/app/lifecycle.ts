import { first, type Observable, Subscription } from 'rxjs';
import { TidegateError } from '../domain/errors.ts';
import type { Report } from '../domain/events.ts';
import type { BorrowedForecast } from '../domain/forecast.ts';
import type { LearnerHost } from '../domain/learnerHost.ts';
import { settlesWithin } from '../domain/settlesWithin.ts';
import type { StreamId } from '../domain/streamId.ts';
import { type Delay, type DurationMs, toDurationMs } from '../domain/time.ts';
import type { Outlet } from '../outlets/outlet.ts';
import { OutletRun, type SharedContext } from '../outlets/outletRun.ts';
import type { RetainedTopics } from '../outlets/retained/retainedTopics.ts';
import { Broadcast } from './broadcast.ts';
import type { OpenState } from './openState.ts';
import { sweepWhileConnected } from './retaining.ts';
import type { Source } from './source.ts';

/** Bounds of the parts of a stop, which together takes less than 5 s, whatever is under way. */
const STOP = {
  /** Longest wait until everything that was received is answered. */
  drain: toDurationMs(1800),
  /** Longest wait until it is on the medium too, both together. */
  drainAndKeep: toDurationMs(2600),
  /** Goodbye to the outlets, the broker, the learners and the store, all at once. */
  farewell: toDurationMs(1300),
} as const;

export interface LifecycleParts extends OpenState {
  readonly source: Source;
  readonly host: LearnerHost;
  /** Completes when the intake has closed and everything that came in has been answered. */
  readonly forecasts$: Observable<BorrowedForecast>;
  /** Started in this order, stopped in the opposite one. */
  readonly outlets: readonly Outlet[];
  /** The part of the outlets' context that does not come from source and pipeline. */
  readonly shared: Pick<
    SharedContext,
    | 'config'
    | 'configNow'
    | 'settingsOf'
    | 'prospectsOf'
    | 'sensorOf'
    | 'streams$'
    | 'eventsOf'
    | 'log$'
    | 'health'
    | 'control'
    | 'alarms'
    | 'inspect'
    | 'probe'
    | 'examine'
    | 'noteOf'
    | 'serve'
  >;
  readonly retained: RetainedTopics;
  /** Tells for a stream without a message so far if it may be restored. */
  readonly mayComeBack: (stream: StreamId) => boolean;
  readonly report: Report;
  /** Ends with the run. */
  readonly delay: Delay;
}

/**
 * Runs until the signal aborts, then finishes what came in, keeps what was learned and says goodbye. Each of these has its bound: what
 * takes longer is left to the next process, which has it in the journal or from the broker.
 */
export async function runLifecycle(parts: LifecycleParts, stop: AbortSignal): Promise<void> {
  const { delay, durable, failed, report } = parts;
  // The one subscription to the pipeline: everything that happens, happens below it.
  const running = new Subscription();
  const outlets = parts.outlets.map((outlet) => new OutletRun(outlet, report));
  const ended = begin(parts, outlets, running, stop);
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
    // The run was told to end: no message that is under way is to blame.
    durable?.poison.close();
  } finally {
    running.unsubscribe();
    await leave(parts, outlets, toDurationMs(Math.max(0, STOP.drainAndKeep - drainedFor)));
  }
}

/** Resolves when the intake has closed and everything that came in has been published; rejects where the pipeline fails. */
function begin(
  parts: LifecycleParts,
  outlets: readonly OutletRun[],
  running: Subscription,
  stop: AbortSignal,
): Promise<void> {
  const { source, durable } = parts;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(toTidegateError(error));
    const closeIntake = (): void => {
      durable?.takeBeforeStop();
      source.closeIntake();
    };
    stop.addEventListener('abort', closeIntake, { once: true });
    try {
      const forecasts = new Broadcast<BorrowedForecast>();
      running.add(startOutlets(parts, outlets, forecasts));
      running.add(sweepWhileConnected(parts.retained, source.connected$));
      running.add(restoreOnceConnected(parts, fail));
      running.add(parts.forecasts$.subscribe({ next: (it) => forecasts.next(it), error: fail, complete: resolve }));
      source.start(durable && (() => durable.beginSession()));
      durable?.start();
      if (stop.aborted) closeIntake();
    } catch (error) {
      reject(error);
    }
  });
}

function startOutlets(
  { source, shared, retained }: LifecycleParts,
  outlets: readonly OutletRun[],
  forecasts$: Observable<BorrowedForecast>,
): Subscription {
  const { connected$, publish, publishTo, listen } = source;
  for (const outlet of outlets)
    outlet.start({ ...shared, retained, forecasts$, connected$, publish, publishTo, listen });
  const giveUpFormer = (): void => retained.giveUpFormer((topic) => outlets.some((outlet) => outlet.mayRetain(topic)));
  giveUpFormer();
  // Streams of an entry that is gone may have topics though they have not come since the start.
  return shared.eventsOf('ConfigReloaded').subscribe(giveUpFormer);
}

/** Not before: what is published while there is no connection is lost. */
function restoreOnceConnected(
  { source, durable, mayComeBack }: LifecycleParts,
  fail: (error: unknown) => void,
): Subscription {
  const connected$ = source.connected$.pipe(first(Boolean, false));
  return connected$.subscribe({
    next: () => {
      try {
        durable?.bringBack(mayComeBack);
      } catch (error) {
        fail(error);
      }
    },
    error: fail,
  });
}

/** In this order: what was let in reaches the medium, its acknowledgements the broker; then outlets, learners and store are not needed any more. */
async function leave(
  { source, host, durable, store, retained, delay }: LifecycleParts,
  outlets: readonly OutletRun[],
  patience: DurationMs,
): Promise<void> {
  await durable?.stop(patience);
  // The last messages of an outlet go out before its `stop` returns, so those of the source come after them.
  const outletsStopped = [...outlets].reverse().map((outlet) => outlet.stop());
  retained.sweep(Number.POSITIVE_INFINITY);
  retained.close();
  const left = Promise.all([...outletsStopped, source.stop(), host.stop(), store?.close()]);
  await settlesWithin(left, STOP.farewell, delay);
}

function toTidegateError(cause: unknown): TidegateError {
  if (cause instanceof TidegateError) return cause;
  return new TidegateError('TG_INTERNAL', 'the pipeline ended by an error', { cause });
}
