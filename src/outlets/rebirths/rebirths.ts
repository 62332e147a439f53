import { filter } from 'rxjs';
import { writeRebirth } from '../../adapters/payload/dialects/sparkplugPayload.ts';
import type { DomainEvent } from '../../domain/events.ts';
import type { Outlet, OutletContext } from '../outlet.ts';

type BirthWanted = Extract<DomainEvent, { readonly type: 'BirthWanted' }>;

/** Requests to nodes of Sparkplug B to say their names again: `spBv1.0/<group>/NCMD/<node>`. Whether they may be asked the decoder knows. */
export class Rebirths implements Outlet {
  readonly name = 'rebirths';

  start({ events$, publish, follow }: OutletContext): void {
    const wanted$ = events$.pipe(filter((event): event is BirthWanted => event.type === 'BirthWanted'));
    follow(wanted$, ({ group, node, at }) => {
      publish({ topic: `spBv1.0/${group}/NCMD/${node}`, payload: writeRebirth(at), qos: 0, retain: false });
    });
  }

  stop(): void {
    // A request that was sent stands.
  }
}
