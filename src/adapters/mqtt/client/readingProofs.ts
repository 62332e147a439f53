import type { MqttClient } from 'mqtt';
import { emptyUnsubscribe } from './emptyUnsubscribe.ts';

/**
 * Proofs that the broker has worked through what we wrote: an UNSUBSCRIBE of a filter that we never had follows the bytes, and its answer
 * comes behind them. PINGREQ proves nothing: Artemis answers it ahead of what came before.
 */
export class ReadingProofs {
  readonly #client: MqttClient;
  /** Packet id of an UNSUBSCRIBE → what waits for its answer. */
  readonly #waiting = new Map<number, () => void>();

  constructor(client: MqttClient) {
    this.#client = client;
  }

  /** @returns the bytes, and behind them a question whose answer calls `onSeen`; without one where no packet id is free */
  behind(bytes: Uint8Array, onSeen: () => void): Uint8Array {
    const { messageIdProvider, options } = this.#client;
    const packetId = messageIdProvider.allocate();
    if (packetId === null) return bytes;
    this.#waiting.set(packetId, onSeen);
    return Buffer.concat([bytes, emptyUnsubscribe(packetId, options.protocolVersion === 5)]);
  }

  /** An UNSUBACK has come; it may be the answer to another UNSUBSCRIBE. */
  answered(packetId: number): void {
    const onSeen = this.#waiting.get(packetId);
    if (onSeen === undefined) return;
    this.#waiting.delete(packetId);
    this.#client.messageIdProvider.deallocate(packetId);
    onSeen();
  }
}
