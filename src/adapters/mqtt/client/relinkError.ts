import type { MqttSettings } from '../../../domain/mqttSettings.ts';

/** We have left the broker to come back by other settings. */
export class RelinkError extends Error {
  /** The broker that we have left, for messages. */
  readonly server: string;

  constructor(server: string) {
    super('the settings of the link have changed');
    this.server = server;
  }
}

/** True where the other settings lead to another session: it belongs to a client id at a broker. */
export function isElsewhere(one: MqttSettings, other: MqttSettings): boolean {
  return one.server !== other.server || one.clientId !== other.clientId;
}
