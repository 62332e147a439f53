/** Shows how much waits at one place, to whoever has to know: what is let in at the front depends on it. */
export interface Gauge {
  waiting: number;
}

/** Messages that wait at the front door. */
export interface WaitingMessages {
  readonly length: number;
  /** That they take, about. */
  readonly bytes: number;
  /** Of those that an acknowledgement is owed: nobody but the broker can hold them back. */
  readonly owedBytes: number;
}

/** Shows what waits at the front door; undefined: there is no front door yet. */
export interface WaitingGauge {
  room: WaitingMessages | undefined;
}
