import type { Receipt, ReceiptKey } from '../../../domain/receipt.ts';
import type { DurationMs } from '../../../domain/time.ts';

/** The receipt of one message with QoS 1 or 2 (MQTT 4.3.2, 4.3.3), with what tells its repeats from other messages. */
export interface Delivery extends Receipt {
  readonly packetId: number;
  /** Checksum of topic and payload. */
  readonly checksum: number;
  /**
   * Counts the broker's sessions: packet ids of different sessions have nothing to do with each other. 0: the session that
   * the broker still had from before this process began.
   */
  readonly session: number;
  /**
   * Unacknowledged messages that the broker should send before it waits. Not all keep to it: mosquitto 2.0 oversteps it by
   * any number as soon as some are acknowledged. So this says when to acknowledge, not how many can come again.
   */
  readonly window: number;
  /** Counts the network connections of this process. */
  readonly connection: number;
  /** The broker still had its session when that connection began. */
  readonly isResumed: boolean;
  /** Packet id of the first message with QoS 1 or 2 on that connection. */
  readonly firstPacketId: number;
  /** Time that the connection was up when the message came. */
  readonly age: DurationMs;
}

export const KEY_BYTES = 6;

/** Packet id (u16) and checksum (u32), little-endian. @param key six bytes to write to; default: new ones */
export function toKey(packetId: number, checksum: number, key: Uint8Array = new Uint8Array(KEY_BYTES)): ReceiptKey {
  key[0] = packetId;
  key[1] = packetId >>> 8;
  key[2] = checksum;
  key[3] = checksum >>> 8;
  key[4] = checksum >>> 16;
  key[5] = checksum >>> 24;
  return key;
}

/** @returns undefined for the key of another kind of source */
export function fromKey(key: ReceiptKey): Pick<Delivery, 'packetId' | 'checksum'> | undefined {
  if (key.length !== KEY_BYTES) return undefined;
  const checksum = key[2] | (key[3] << 8) | (key[4] << 16) | (key[5] << 24);
  return { packetId: key[0] | (key[1] << 8), checksum: checksum >>> 0 };
}

export function isDelivery(receipt: Receipt): receipt is Delivery {
  return 'packetId' in receipt;
}
