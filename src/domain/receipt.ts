import type { JournalPosition } from './stateStore.ts';
import type { EpochMs } from './time.ts';

/** Bytes by which a source knows one of its messages again; 255 at most. Only the source looks into them. */
export type ReceiptKey = Uint8Array;

/**
 * Hears that the source has seen an acknowledgement: the message cannot come again.
 * @param number the receipt's `number`
 */
export type OnSettled = (number: number | undefined) => void;

/** The acknowledgement that a source waits for, for one message. */
export interface Receipt {
  /** Lent until another key is asked for. */
  readonly key: ReceiptKey;
  /** The source says that it may have given the message before. */
  readonly isRedelivery: boolean;
  /** The source may have kept the message while this process was away. Default: it has not. */
  readonly isBacklog?: boolean;
  /** Number under which the message was taken in, for who takes it in. Default: none. */
  number?: number | undefined;
  /**
   * Lets the source forget the message. To be called once for each message, in the order of receipt but for those that may overtake others: the source
   * is answered in that order all the same. Without effect where the connection that the message came over is gone: the source will give it again.
   * @param onSettled not called where the connection ends before the source has shown that it has seen the acknowledgement: then the message may
   * come again
   */
  ack(onSettled?: OnSettled): void;
}

/**
 * `new`: the message was not taken in before; `isOfNewSession`: no message of before can come again. `repeat`: it was, under this
 * number. `stale`: its session is gone, so it cannot come again, and its key means nothing any more.
 */
export type Judgement =
  | { readonly kind: 'new'; readonly isOfNewSession: boolean }
  | { readonly kind: 'repeat'; readonly number: number }
  | { readonly kind: 'stale' };

/**
 * Port: a source's knowledge of the messages that were taken in and may come again. At the start the journal gives it the keys of
 * the process before, in order.
 */
export interface RepeatDetector {
  /**
   * A message has come and is not judged yet. @returns whether the source may still give what it kept while we were away, and new messages among it
   */
  mayOvertake(receipt: Receipt): boolean;
  /** A message has come; messages are judged in the order of their receipt. */
  judge(receipt: Receipt): Judgement;
  /**
   * A message was taken in, and its key is in the journal at this position.
   * @returns number of the message; undefined where the key is of another kind of source
   */
  note(key: ReceiptKey, position: JournalPosition): number | undefined;
  /** The source has seen the acknowledgement of the message with this number. */
  settle(number: number): void;
  /** The journal says that the session ended here: keys of before mean nothing any more. */
  endSession(): void;
  /** First journal position that is needed to know all messages that may come again; undefined: none may. */
  readonly neededFrom: JournalPosition | undefined;
  /** A message begins to wait for its acknowledgement. @param arrivedAt when it came */
  owe(receipt: Receipt, arrivedAt: EpochMs): void;
  /** The message that waited longest was acknowledged. */
  acked(): void;
  /** The source may give no more soon, while this number of messages waits for acknowledgements. */
  isHeldUp(waiting: number): boolean;
  /** The source gives no more while this number of messages waits for acknowledgements. @param receipt of the last of them */
  isFull(receipt: Receipt, waiting: number): boolean;
  /** Plain data that the next process needs beside the journal. */
  save(): unknown;
  /** Takes over what `save` gave; what is not understood is ignored. */
  load(saved: unknown): void;
  /** Hears that `save` would give something else. */
  onChange: () => void;
}
