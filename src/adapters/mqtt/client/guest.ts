import type { IConnackPacket } from 'mqtt';
import type { MqttSettings } from '../../../domain/mqttSettings.ts';
import { clientOptions } from './clientOptions.ts';
import { type NetworkConnection, openNetworkConnection } from './networkConnection.ts';
import { readTlsFiles } from './tlsFiles.ts';

/** A message of QoS 1 as it came, not acknowledged. */
export interface Received {
  readonly text: string;
  readonly packetId: number;
  /** Marked as repeated (DUP). */
  readonly isMarked: boolean;
}

/** A connection for a trial: it acknowledges nothing by itself, and is not kept up. */
export interface Guest {
  readonly connection: NetworkConnection;
  readonly connack: IConnackPacket;
  /** Messages with QoS 1, in the order in which they came. */
  readonly received: readonly Received[];
  readonly ended: Promise<void>;
}

const RECEIVE_MAXIMUM = 100;

/** @throws Error, or undefined where it is closed without a word, where the broker does not take it in */
export function openGuest(settings: MqttSettings, protocol: 4 | 5): Promise<Guest> {
  const received: Received[] = [];
  let finish: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const tls = readTlsFiles(settings);
  return new Promise((resolve, reject) => {
    openNetworkConnection({
      client: clientOptions({ settings, protocol, tls, will: undefined, receiveMaximum: RECEIVE_MAXIMUM }),
      silentKeepalives: 0,
      onUp: (connection, connack) => resolve({ connection, connack, received, ended }),
      onMessage: (_topic, payload, { qosFields }) => {
        if (qosFields === undefined) return;
        const { packetId, isRedelivery: isMarked } = qosFields;
        received.push({ text: Buffer.from(payload.view()).toString(), packetId, isMarked });
      },
      onEnd: ({ error }) => {
        finish();
        reject(error);
      },
    });
  });
}
