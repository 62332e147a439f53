import { writeRebirth } from '../../adapters/payload/dialects/sparkplugPayload.ts';
import type { Outlet, OutletContext } from '../outlet.ts';

/** Requests to nodes of Sparkplug B to say their names again: `spBv1.0/<group>/NCMD/<node>`. Whether they may be asked the decoder knows. */
export class Rebirths implements Outlet {
  readonly name = 'rebirths';

  start({ eventsOf, publish, follow }: OutletContext): void {
    follow(eventsOf('BirthWanted'), ({ group, node, at }) => {
      publish({ topic: `spBv1.0/${group}/NCMD/${node}`, payload: writeRebirth(at), qos: 0, retain: false });
    });
  }

  stop(): void {
    // A request that was sent stands.
  }
}
