import { writeRebirth } from '../../adapters/payload/dialects/sparkplugPayload.ts';
import type { Outlet, OutletContext } from '../outlet.ts';

/** Payload for a portal that was asked before: it leaves out what has not changed (dbus-flashmq). */
const GO_ON = '{"keepalive-options":["suppress-republish"]}';

/**
 * Prompts to devices that speak only when they are asked: `spBv1.0/<group>/NCMD/<node>` (Sparkplug B) and `R/<portal>/keepalive` (Victron).
 * The decoder knows who may be asked, and when.
 */
export class Prompts implements Outlet {
  readonly name = 'prompts';

  start({ eventsOf, publish, follow }: OutletContext): void {
    follow(eventsOf('BirthWanted'), ({ group, node, at }) => {
      publish({ topic: `spBv1.0/${group}/NCMD/${node}`, payload: writeRebirth(at), qos: 0, retain: false });
    });
    follow(eventsOf('KeepaliveWanted'), ({ portal, isFirst }) => {
      publish({ topic: `R/${portal}/keepalive`, payload: isFirst ? '' : GO_ON, qos: 0, retain: false });
    });
  }

  stop(): void {
    // A request that was sent stands.
  }
}
