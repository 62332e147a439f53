/** Shows how much waits at one place: the front door admits messages by it. */
export interface QueueDepth {
  waiting: number;
}

/** Messages that wait at the front door. */
export interface WaitingMessages {
  readonly length: number;
  /** That they take, about. */
  readonly bytes: number;
  /** Bytes of those that an acknowledgement is owed: only the broker can hold them back. */
  readonly owedBytes: number;
}

/** Shows what waits at the front door; undefined: there is no front door yet. */
export interface WaitingDepth {
  room: WaitingMessages | undefined;
}
