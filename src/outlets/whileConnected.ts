import { EMPTY, interval, type Observable, switchMap } from 'rxjs';
import type { DurationMs } from '../domain/time.ts';

/** Ticks once a period while the broker is there; the first tick comes one period after the connection. */
export function whileConnected(connected$: Observable<boolean>, period: DurationMs): Observable<unknown> {
  return connected$.pipe(switchMap((isConnected) => (isConnected ? interval(period) : EMPTY)));
}
