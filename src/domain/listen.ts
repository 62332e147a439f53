/** A message for a listener. */
export interface Heard {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** The broker had kept the message: it is older than the subscription. */
  readonly retained: boolean;
  /** undefined: the broker gives it once at most. */
  readonly delivery?: HeardDelivery | undefined;
  /** Where its sender wants the answer (MQTT 5: 4.10); undefined: it does not say. */
  readonly reply?: ReplyAddress | undefined;
}

/** A message that the broker gives again until it is acknowledged. */
export interface HeardDelivery {
  /** The same number means the same message where the broker says that it gives one again. */
  readonly id: number;
  readonly isRedelivery: boolean;
}

/** Both come from a stranger: neither the topic nor the bytes are to be trusted. */
export interface ReplyAddress {
  readonly topic: string | undefined;
  /** Bytes by which the sender knows the answer. */
  readonly correlation: Uint8Array | undefined;
}

/**
 * Port: hears messages beside the readings of streams, such as commands or the birth message of another program. Retained messages come too,
 * and again after each reconnect. What this process publishes itself does not come.
 * @param handler must not throw
 * @returns ends it
 */
export type Listen = (filter: string, handler: (message: Heard) => void) => () => void;
