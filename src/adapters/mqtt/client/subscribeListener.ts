import type { Report } from '../../../domain/events.ts';
import type { MqttSettings } from '../../../domain/mqttSettings.ts';
import type { Listener } from '../inbound/listeners.ts';
import type { NetworkConnection } from './networkConnection.ts';
import { subscribeAll } from './subscribeAll.ts';

export interface SubscribeListenerOptions {
  readonly listener: Listener;
  readonly protocol: 4 | 5;
  /** True where the broker knows subscription identifiers. */
  readonly identified: boolean;
  readonly settings: Pick<MqttSettings, 'qos' | 'session'>;
  readonly report: Report;
}

/** Subscribes to the filter of a listener, retained messages included. A refusal is reported. */
export async function subscribeListener(
  connection: NetworkConnection,
  options: SubscribeListenerOptions,
): Promise<void> {
  const { listener, protocol, identified, settings, report } = options;
  const { filter, identifier, isShared } = listener;
  const codes = await subscribeAll(connection.client, {
    filters: [filter],
    qos: isShared ? settings.qos : qosOf(settings),
    protocol,
    identifierBase: identified ? identifier - 1 : undefined,
    isRenewal: false,
  }).catch((error: unknown) => connection.cut(error));
  const code = codes?.[0];
  if (code !== undefined && code >= 128) report({ type: 'FilterRefused', filter, code });
}

/** A broker that keeps a session collects for it with QoS 1 alone what comes while the link is away. */
function qosOf({ qos, session }: Pick<MqttSettings, 'qos' | 'session'>): 0 | 1 {
  return session.persistent && qos > 0 ? 1 : 0;
}
