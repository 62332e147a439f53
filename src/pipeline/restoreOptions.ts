import type { Observable } from 'rxjs';
import type { Report } from '../domain/events.ts';
import type { JournalPosition } from '../domain/stateStore.ts';
import type { StreamId } from '../domain/streamId.ts';
import type { Delay } from '../domain/time.ts';
import type { Awaited } from '../state/awaitedStreams.ts';
import type { RestorePort } from '../state/durableState.ts';
import type { PoisonDetector } from '../state/poisonDetector.ts';
import type { Departure } from './departure.ts';
import type { QueueDepth } from './queueDepth.ts';

/** Ports and bounds of `restoreWith`. */
export interface RestoreWithOptions {
  readonly residency: RestorePort;
  /** Position of the input that is coming in. */
  readonly position: () => JournalPosition;
  /** Streams whose state is to be taken. */
  readonly wanted$: Observable<StreamId>;
  /** Streams that are to be restored without waiting for an input. Default: none. */
  readonly awaited$?: Observable<Awaited> | undefined;
  /** Streams that are to leave: whose settings have changed, which come back at once, and those that no entry gives any more. Default: there are none. */
  readonly departures$?: Observable<Departure> | undefined;
  /** Hears that forecasts of the stream were published in a life before, until routeStreams says that the replay is over. */
  readonly onReplay: (stream: StreamId) => void;
  /** Steps that wait behind here, and the most that may. */
  readonly backlog: () => number;
  readonly credit: number;
  readonly delay: Delay;
  /** Resolves when everything that was handed over so far has been answered and learned. */
  readonly idle: () => Promise<void>;
  readonly poison: PoisonDetector;
  /** Shows how many inputs wait here. Without end while a tail is on its way: nothing else may come between its inputs. */
  readonly depth: QueueDepth;
  readonly report: Report;
}
