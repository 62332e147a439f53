import { filter } from 'rxjs';
import type { Outlet } from '../../src/outlets/outlet.ts';

/** An outlet that tells each time that the broker is there. */
export function whenConnected(tell: () => void): Outlet {
  return {
    name: 'connection watch',
    start: ({ follow, connected$ }) => follow(connected$.pipe(filter(Boolean)), tell),
    stop: () => undefined,
  };
}
